using Gateway.Config;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>
/// What a target cannot do. The operator's word is final. The catalogue is younger than some models and older than others: what it does not list counts against a target only as long as another one
/// of the model's has it.
/// </summary>
/// <param name="Lacks">By the operator's word.</param>
/// <param name="Context">Tokens of prompt and answer together, by the operator's word; null: nothing said.</param>
/// <param name="MayLack">By the catalogue's.</param>
/// <param name="LikelyContext">By the catalogue's; null: not known, or the operator said it.</param>
internal readonly record struct TargetAbilities(CatalogCapabilities Lacks, long? Context, CatalogCapabilities MayLack, long? LikelyContext)
{
    /// <summary>All that requests are looked through for.</summary>
    private const CatalogCapabilities Asked = CatalogCapabilities.Vision | CatalogCapabilities.Audio | CatalogCapabilities.Tools | CatalogCapabilities.JsonSchema;

    /// <param name="known">Of the catalogue; null: it does not know the model.</param>
    /// <param name="window">Of the catalogue.</param>
    public static TargetAbilities Of(CapabilitiesConfig? said, CatalogCapabilities? known, long? window)
    {
        var (lacks, has) = (CatalogCapabilities.None, CatalogCapabilities.None);
        foreach (var (one, word) in new[]
        {
            (CatalogCapabilities.Vision, said?.Vision), (CatalogCapabilities.Audio, said?.Audio), (CatalogCapabilities.Tools, said?.Tools), (CatalogCapabilities.JsonSchema, said?.JsonSchema),
        })
        {
            if (word is true) has |= one;
            else if (word is false) lacks |= one;
        }

        return new(lacks, said?.Context, known is { } listed ? Asked & ~(listed | has | lacks) : CatalogCapabilities.None, said?.Context is null ? window : null);
    }

    /// <summary>The operator said nothing.</summary>
    public bool IsOpen => Lacks == CatalogCapabilities.None && Context is null;

    /// <summary>What the request needs and the operator says that the target has not.</summary>
    public CatalogCapabilities LackedBy(in RequestNeeds needs) => needs.Capabilities & Lacks;

    public bool IsTooShortFor(in RequestNeeds needs) => needs.Tokens > Context;

    /// <summary>By the catalogue, it can do what the request needs.</summary>
    public bool IsLikelyFor(in RequestNeeds needs) => (needs.Capabilities & MayLack) == CatalogCapabilities.None && !(needs.Tokens > LikelyContext);

    /// <summary>The catalogue's word makes no difference between the two.</summary>
    public bool IsAsLikelyAs(in TargetAbilities other) => MayLack == other.MayLack && LikelyContext == other.LikelyContext;
}
