using Gateway.Cache;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>DELETE /admin/v1/cache</c>: answers that must not be given again, of a model, of a tag, of a prompt, or all.</summary>
internal sealed class CacheEndpoints(MemoryTier memory, EntityBook book, IEntityStore entities, SnapshotHolder snapshots, TimeProvider time)
{
    private const string Model = "model";
    private const string Tag = "tag";
    private const string Prompt = "prompt";

    /// <summary>A purge is made on whatever is there; only a crowd of writers can make it fail.</summary>
    private const int MaxAttempts = 5;

    /// <summary>As in <c>x-gateway-tags</c>.</summary>
    private const int LongestTag = 64;

    public static readonly IReadOnlyList<string> Parameters = [Model, Tag, Prompt];

    /// <remarks>When this returns, no request that begins at this gateway gets what was made or begun before; at the others it is so within a second.</remarks>
    public async Task<Outcome<AdminAnswer>> PurgeAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, Model, Tag, Prompt) is { } wrong)
            return wrong;
        var (asked, tag, prompt) = (QueryParameters.Value(query, Model), QueryParameters.Value(query, Tag), QueryParameters.Value(query, Prompt));
        if (asked is not null && tag is not null)
            return QueryParameters.Wrong(Tag, $"stands beside '{Model}': name one of them");
        if (prompt is not null && (asked ?? tag) is not null)
            return QueryParameters.Wrong(Prompt, $"stands beside '{(asked is not null ? Model : Tag)}': name one of them");
        if (prompt is not null && !snapshots.Current.Prompts.Has(prompt))
            return QueryParameters.Wrong(Prompt, "names no prompt; a version or a label is not part of the name");
        if (tag is { Length: 0 or > LongestTag })
            return QueryParameters.Wrong(Tag, $"has 1 to {LongestTag} characters");
        if (tag is not null && (tag.Contains(',', StringComparison.Ordinal) || tag.Any(char.IsControl) || tag != tag.Trim()))
            return QueryParameters.Wrong(Tag, "is none that a request could carry: x-gateway-tags has them with commas between, without spaces around and control characters");
        if (asked?.EndsWith('*') == true)
            return QueryParameters.Wrong(Model, "is a wildcard: name a model that clients ask for, or leave it out to purge everything");
        if (asked is not null && snapshots.Current.Models.Find(asked) is null)
            return QueryParameters.Wrong(Model, "names no model; GET /v1/models lists those there are");
        var model = asked is null ? null : snapshots.Current.Models.Find(asked)!.Name;
        var name = CachePurge.NameOf(model, tag, prompt);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var last = await entities.ReadAsync(EntityKinds.Cache, name, http.RequestAborted);
            var written = await book.WriteAsync(new()
            {
                Kind = EntityKinds.Cache,
                Name = name,
                Expected = last?.Revision ?? EntityChange.Absent,
                Document = CachePurge.Document(model, tag, prompt),
                By = by,
                Action = "cache.purge",
                At = time.GetUtcNow(),
            });
            if (!written.IsDone) continue;
            // Nobody finds them any more; their room is for others. An answer does not know its prompt: it goes as one that nobody asks for.
            memory.Remove(a => prompt is null && (model is null || a.Model == model) && (tag is null || a.Tags.Any(t => t.Name == tag)));
            return new AdminAnswer(StatusCodes.Status204NoContent, null);
        }

        return new GatewayError(ErrorKind.Conflict, "Others are purging the same at this moment. Try again.");
    }
}
