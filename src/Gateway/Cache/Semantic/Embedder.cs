using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry;

namespace Gateway.Cache.Semantic;

/// <summary>
/// Has a text embedded by one of the gateway's own models, as a request of the same key: its limits and budgets hold, its targets are chosen and asked as for any other, and it has its own row in the ledger.
/// </summary>
internal sealed class Embedder(AttemptLoop attempts, RequestIdSource ids, ITelemetry telemetry, TimeProvider time, ILogger<Embedder> log)
{
    /// <summary>A request is not kept waiting for longer: an answer that is made takes a few seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>No model has more dimensions.</summary>
    private const int MostDimensions = 16 * 1024;

    /// <param name="asks">Whose request it is; nothing but the client's patience and name is taken from it.</param>
    /// <returns>Of length 1; null where it could not be had, for whatever reason: the request goes on without.</returns>
    /// <param name="patience">What the request has left; null: as long as it takes, but not longer than <see cref="Patience"/>.</param>
    public async ValueTask<float[]?> EmbedAsync(SemanticAsk asks, TimeSpan? patience, CancellationToken cancellationToken)
    {
        if (asks.Snapshot.Models.Find(asks.EmbeddingModel) is not { } model) return null;
        using var body = new PooledWriter(asks.Text.Length + 128);
        Write(body, asks.EmbeddingModel, asks.Text);
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { RequestAborted = cancellationToken };
        http.Response.Body = answer;
        var call = new Call(http, InferenceEndpoint.Embeddings, asks.Snapshot, ids.Next(out var chance), chance, time)
        {
            Key = asks.Key,
            Function = asks.Function,
            Model = model,
            Options = new(asks.Options.Tags, asks.Options.User, null, true, patience < Patience ? patience : Patience),
            Body = RequestBody.Copy(body.Written),
        };
        if (BodyScan.Scan(call.Body.Span, ref call.Members) is null && RequestFields.Read(call.Body.Span, call.Members, call.Endpoint, out call.Fields) is null)
            return await AskAsync(call, answer);
        call.Release();
        return null;
    }

    private async ValueTask<float[]?> AskAsync(Call call, MemoryStream answer)
    {
        telemetry.RequestStarted(call.Endpoint.Route());
        GatewayError? error = ErrorReply.ClientClosed;
        try
        {
            error = await attempts.RunAsync(call);
            if (error is null)
            {
                await call.Http.Response.BodyWriter.FlushAsync(CancellationToken.None);
                return Read(answer.GetBuffer().AsSpan(0, (int)answer.Length));
            }

            CacheLog.NotEmbedded(log, call.Model!.Name, error.Kind);
            return null;
        }
        finally
        {
            call.Release();
            telemetry.RequestFinished(RequestRecords.Of(call, error));
        }
    }

    private static void Write(PooledWriter body, string model, string text)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteString("input"u8, text);
        json.WriteEndObject();
    }

    /// <returns>The first of <c>data</c>; null where that is no list of numbers.</returns>
    private static float[]? Read(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            if (!EmbeddingReply.Find(ref reader)) return null;
            var vector = new List<float>(1536);
            while (reader.Read() && reader.TokenType == JsonTokenType.Number && vector.Count < MostDimensions) vector.Add(reader.GetSingle());
            var read = vector.ToArray();
            return reader.TokenType == JsonTokenType.EndArray && read.Length > 0 && UnitVector.TryNormalize(read) ? read : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;   // what a provider calls an embedding
        }
    }
}
