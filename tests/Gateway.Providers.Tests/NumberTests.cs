using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

public sealed class NumberTests
{
    public static TheoryData<string> Kinds => [.. ProviderCatalog.All.Select(static p => p.Manifest).Where(static m => m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind)];

    /// <summary>JSON has numbers that no double can hold; they are the client's to mend, and no bug of ours.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_number_beyond_all_bounds_is_refused_by_name(string kind)
    {
        foreach (var field in new[] { "temperature", "top_p" })
            new Translation(kind, InferenceEndpoint.ChatCompletions).Build($$"""{"model":"m","messages":[{"role":"user","content":"x"}],"{{field}}":1e400}""").Error!.Param.Should().Be(field);
    }
}
