using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Cache;

/// <summary>What the store keeps of an answer beside its body and its time.</summary>
/// <param name="UsageSource">Former versions did not write it.</param>
internal sealed record AnswerHead(
    string Model, string Provider, string TargetModel, string Target, string? DroppedParams, string RequestId, string ContentType, TokenUsage Usage, long CostNanoUsd, IReadOnlyList<CacheTag> Tags,
    UsageSource UsageSource = UsageSource.Exact)
{
    public static StoredAnswer Write(CacheKey key, CachedAnswer answer)
    {
        var head = new AnswerHead(
            answer.Model, answer.Provider, answer.TargetModel, answer.Target, answer.DroppedParams, answer.RequestId, answer.ContentType, answer.Usage, answer.Cost.Value, answer.Tags,
            answer.UsageSource);
        return new(key.ToArray(), JsonSerializer.Serialize(head, AnswerHeadJson.Default.AnswerHead), answer.Body, answer.Until);
    }

    /// <returns>Null where it is not what <see cref="Write"/> writes: a miss.</returns>
    public static CachedAnswer? Read(StoredAnswer stored)
    {
        AnswerHead? head;
        try
        {
            head = JsonSerializer.Deserialize(stored.Head, AnswerHeadJson.Default.AnswerHead);
        }
        catch (JsonException)
        {
            return null;
        }

        return head is null ? null : new()
        {
            Model = head.Model,
            Provider = head.Provider,
            TargetModel = head.TargetModel,
            Target = head.Target,
            DroppedParams = head.DroppedParams,
            RequestId = head.RequestId,
            ContentType = head.ContentType,
            Usage = head.Usage,
            UsageSource = head.UsageSource,
            Cost = new NanoUsd(head.CostNanoUsd),
            Tags = head.Tags,
            Body = stored.Body,
            Until = stored.ExpiresAt,
        };
    }
}

[JsonSerializable(typeof(AnswerHead))]
[JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, IgnoreReadOnlyProperties = true)]
internal sealed partial class AnswerHeadJson : JsonSerializerContext;
