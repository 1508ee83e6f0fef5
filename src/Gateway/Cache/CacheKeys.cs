using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Routing;

namespace Gateway.Cache;

/// <summary>What a cached answer is found by, and which requests have such a key.</summary>
internal static class CacheKeys
{
    /// <summary>The key's own format: another one finds nothing of the former.</summary>
    private const byte Version = 2;

    /// <summary>Longer requests are made: sorting them takes longer than they are likely to come again.</summary>
    private const int LongestRequest = 4 * 1024 * 1024;

    /// <summary>Headers of the client that go upstream and can change an answer.</summary>
    private static readonly string[] Forwarded = ["OpenAI-Beta"];

    /// <summary>What only the provider knows, and may forget or change: an answer about it is not the same tomorrow.</summary>
    private static readonly byte[][] References = [.. new[] { "\"file_id\"", "\"file_ids\"", "\"vector_store_ids\"", "\"container\"" }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether the request's answer depends on nothing but the request, and leaves nothing with the provider that a second one would have to leave too.</summary>
    public static bool CanBeFound(Call call)
    {
        if (call.Endpoint == InferenceEndpoint.CountTokens || call.Fields.RefersToStored || call.Body.Span.Length > LongestRequest) return false;
        foreach (var reference in References)
            if (call.Body.Span.IndexOf(reference) >= 0) return false;
        return !IsStored(call);
    }

    public static CacheKey Of(Call call, CachePolicy policy) => Of(call, policy, call.Body.Span, null);

    /// <summary>Of all requests that differ in some texts at most.</summary>
    /// <param name="embeddingModel">What compares those: with vectors of another there is no comparing.</param>
    /// <param name="texts">JSON strings of the body, in order.</param>
    public static CacheKey OfGroup(Call call, CachePolicy policy, string embeddingModel, IReadOnlyList<(int Start, int End)> texts)
    {
        using var rest = new PooledWriter(call.Body.Span.Length);
        var at = 0;
        foreach (var (start, end) in texts)
        {
            rest.Write(call.Body.Span[at..start]);
            rest.Write("\"\""u8);
            at = end;
        }

        rest.Write(call.Body.Span[at..]);
        return Of(call, policy, rest.Written, embeddingModel);
    }

    /// <param name="embeddingModel">Null: the key of an answer, and not of a group.</param>
    private static CacheKey Of(Call call, CachePolicy policy, ReadOnlySpan<byte> body, string? embeddingModel)
    {
        using var json = new CanonicalJson(body.Length + 256);
        json.Write(body);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, embeddingModel);
        var candidates = Candidates.Lasting(call.Model!, call);
        var isChosen = BitOperations.PopCount(candidates) != call.Model!.Targets.Count;
        // Metered requests may be sent with a bound they did not name, and who may not reach a target gets no answer of it.
        hash.AppendData([Version, (byte)((call.Key!.Scopes is { IsMetered: true } ? 1 : 0) | (isChosen ? 2 : 0))]);
        if (isChosen) hash.AppendData(BitConverter.GetBytes(candidates));
        foreach (var part in Tenant(call.Key, policy.Share)) Append(hash, part);
        Append(hash, call.Endpoint.Route());
        Append(hash, call.Model.Name);
        hash.AppendData(policy.Digest);
        hash.AppendData(BitConverter.GetBytes(call.Snapshot.Purges.Of(call.Model.Name)));
        if (call.Prompt is { } prompt)
        {
            // What was written by a prompt is found by requests with it alone, so that it can be taken out by the prompt's name.
            Append(hash, prompt.Name);
            hash.AppendData(BitConverter.GetBytes(call.Snapshot.Purges.OfPrompt(prompt.Name)));
        }

        foreach (var header in Forwarded) Append(hash, call.Http.Request.Headers[header].ToString());
        foreach (var target in call.Model.Targets)
            if (target.Provider.Manifest.BetaHeader is { } beta) Append(hash, call.Http.Request.Headers[beta.Name].ToString());
        hash.AppendData(json.Written);
        Span<byte> digest = stackalloc byte[CacheKey.Size];
        hash.GetHashAndReset(digest);
        return new(digest);
    }

    /// <summary>Who may have the answer. A key is its name and its team: one of the same name that another team makes later is another owner.</summary>
    private static string?[] Tenant(KeyEntry key, CacheShare share) => share switch
    {
        CacheShare.Gateway => ["gateway"],
        CacheShare.Team when key.Team is { } team => ["team", team],
        _ => ["key", key.Name, key.Team],
    };

    /// <summary>Whether the provider keeps the answer: a Responses request unless it says otherwise, a chat only where it asks for it.</summary>
    private static bool IsStored(Call call)
    {
        if (call.Endpoint is not (InferenceEndpoint.Responses or InferenceEndpoint.ChatCompletions)) return false;
        bool? stored = null;
        var index = call.Members.Find(call.Body.Span, "store"u8);
        if (index >= 0 && call.Members[index] is var member) stored = Flag(call.Body.Span[member.ValueStart..member.ValueEnd]);
        foreach (var field in call.Model!.Fields)
            if (field.Name.AsSpan().SequenceEqual("store"u8) && (field.Wins || index < 0)) stored = Flag(field.Value);
        return stored ?? call.Endpoint == InferenceEndpoint.Responses;
    }

    private static bool? Flag(ReadOnlySpan<byte> value) => value[0] switch { (byte)'t' => true, (byte)'f' => false, _ => null };

    /// <summary>With its length, so that no two lists of parts are one text; a part that is not there has a length of its own.</summary>
    private static void Append(IncrementalHash hash, string? part)
    {
        var bytes = Encoding.UTF8.GetBytes(part ?? "");
        hash.AppendData(BitConverter.GetBytes(part is null ? -1 : bytes.Length));
        hash.AppendData(bytes);
    }
}
