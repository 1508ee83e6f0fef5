using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Prompts.Store;
using Gateway.Routing;

namespace Gateway.Admin.Prompts;

/// <summary><c>/admin/v1/prompts</c>: prompts, those of the file to be read, those of the store to be changed too. One is never deleted, since the ledger names its versions for ever.</summary>
internal sealed class PromptEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : PromptRoutes(store, book, snapshots, holder, time)
{
    private const string Category = "category";
    private const string Contains = "contains";
    private const string Archived = "archived";

    private static readonly string[] Filters = [Category, Contains, Archived];

    /// <summary>Whose they are, what they are filed under, and what they have in their names.</summary>
    public static readonly IReadOnlyList<string> Parameters = [.. Filters, "source", "cursor", "limit"];

    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by) => Task.FromResult(List(http));

    public async Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } unknown) return unknown;
        var body = await AdminBody.ReadAsync(http.Request);
        if (!body.IsOk) return body.Error;
        if (StoredPromptShape.Bind(body.Value, Holder.Current.Config, out var errors) is not { } prompt) return Blame(errors)!;
        return await StoreAsync(http, by, prompt.ToElement(), null, static entity => new(
            StatusCodes.Status201Created, json => EntityJson.Write(json, entity), Revisions.ETag(entity.Revision), $"/admin/v1/prompts/{entity.Name}"));
    }

    /// <summary>No request gets it any more, and nothing of it is lost.</summary>
    public Task<Outcome<AdminAnswer>> ArchiveAsync(HttpContext http, AuditActor by) => ChangeAsync(http, by, "archive", entity =>
    {
        var prompt = PromptOf(entity);
        if (prompt.Labels.Keys.FirstOrDefault(IsProtected) is { } label && Forbidden(http, label) is { } forbidden) return forbidden;
        return RefuseUsed(entity.Name, static _ => true, $"the prompt '{entity.Name}'") is { } used ? used : new EntityContent((prompt with { Archived = true }).ToString(), null);
    }, Shown);

    public Task<Outcome<AdminAnswer>> RestoreAsync(HttpContext http, AuditActor by) => ChangeAsync(http, by, "restore", entity =>
    {
        var prompt = PromptOf(entity);
        if (prompt.Labels.Keys.FirstOrDefault(IsProtected) is { } label && Forbidden(http, label) is { } forbidden) return forbidden;
        return new EntityContent((prompt with { Archived = false }).ToString(), null);
    }, Shown);

    protected override GatewayError? CheckPatch(JsonElement patch)
    {
        foreach (var member in patch.EnumerateObject().Where(static m => m.Name is "labels" or "versions" or "archived"))
            return QueryParameters.Wrong(member.Name, "is not changed by PATCH: versions, labels and the archive have requests of their own");
        return null;
    }

    private Outcome<AdminAnswer> List(HttpContext http)
    {
        var query = http.Request.Query;
        var (category, part, archived) = (QueryParameters.Value(query, Category), QueryParameters.Value(query, Contains), QueryParameters.Value(query, Archived));
        if (archived is not (null or "" or "true" or "false")) return QueryParameters.Wrong(Archived, "must be true or false");
        return EntityList.Answer(http, Listed(category, part, archived == "true"), Filters);
    }

    private IEnumerable<ListedEntity> Listed(string? category, string? part, bool archived)
    {
        bool IsAsked(string name) => part is null || name.Contains(part, StringComparison.OrdinalIgnoreCase);
        if (category is null && !archived)
            foreach (var prompt in File.Prompts.Where(p => IsAsked(p.Name)))
                yield return new(prompt.Name, null, true, json => PromptJson.Write(json, prompt));
        foreach (var entity in InForce.Where(e => IsAsked(e.Name)))
            if (StoredPrompt.Parse(entity.Document) is { } stored && stored.Archived == archived && (category is null || stored.Category == category))
                yield return new(entity.Name, stored.Team, false, json => EntityJson.Write(json, entity));
    }
}
