using System.Security.Cryptography;
using System.Text;
using Gateway.Cache.Semantic;
using Gateway.Config;
using Gateway.Routing;

namespace Gateway.Cache;

/// <summary>A model's cache, as requests see it.</summary>
/// <param name="Digest">Of everything in the configuration that can change what the model answers: a reload that leaves it as it is leaves the answers, any other one leaves them behind.</param>
internal sealed record CachePolicy(TimeSpan Ttl, CacheShare Share, int MaxSize, byte[] Digest)
{
    /// <summary>Null: only the same request gets the same answer.</summary>
    public SemanticPolicy? Semantic { get; init; }

    /// <remarks>Prices, limits, weights and timers are not in it: they say what an answer costs and who gives it, not what it says.</remarks>
    public static CachePolicy? Of(ModelConfig model, IReadOnlyList<Target> targets, IReadOnlyList<OperatorField> fields)
    {
        if (model.Cache is not { } cache) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var target in targets)
        {
            var provider = target.Provider.Config;
            foreach (var part in new[]
            {
                provider.Name, provider.Kind, provider.Api, provider.BaseUrl?.ToString(), provider.Organization, provider.Project, provider.Region, provider.Version, provider.Beta, provider.ApiVersion,
                target.Model, target.DropParams ? "drop" : null,
            })
                Append(hash, part);
            foreach (var (name, value) in provider.Headers.OrderBy(static h => h.Key, StringComparer.Ordinal))
            {
                Append(hash, name);
                Append(hash, value);
            }
        }

        foreach (var field in fields.OrderBy(static f => Encoding.UTF8.GetString(f.Name), StringComparer.Ordinal))
        {
            hash.AppendData(field.Wins ? "+"u8 : "-"u8);
            hash.AppendData(BitConverter.GetBytes(field.Member.Length));
            hash.AppendData(field.Member);
        }

        return new(cache.Ttl, cache.Share, (int)cache.MaxSize, hash.GetHashAndReset()) { Semantic = SemanticPolicy.Of(cache.Semantic) };
    }

    private static void Append(IncrementalHash hash, string? part)
    {
        var bytes = Encoding.UTF8.GetBytes(part ?? "");
        hash.AppendData(BitConverter.GetBytes(part is null ? -1 : bytes.Length));
        hash.AppendData(bytes);
    }
}
