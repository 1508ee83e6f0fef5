using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;

namespace Gateway.Admin;

/// <summary>What the endpoints of all kinds of entity have in common: reading, merging, and changing on a revision.</summary>
/// <param name="kind">One of <see cref="EntityKinds"/>.</param>
/// <param name="section">Where the file has such entries: <c>keys</c>.</param>
internal abstract class EntityEndpoints(string kind, string section, IEntityStore store, EntityBook book, SnapshotSwitch snapshots, TimeProvider time)
{
    /// <summary>A change without <c>If-Match</c> is made on whatever is there; only a crowd of writers can make it fail.</summary>
    private const int MaxAttempts = 5;

    protected TimeProvider Time => time;

    protected GatewayConfig File => snapshots.File;

    /// <summary>The store's entities of this kind that no entry of the file hides, as they are in force here.</summary>
    protected IEnumerable<Entity> InForce => snapshots.Entities.Entities.Where(e => e.Kind == kind && WriteFileEntry(e.Name) is null);

    public async Task<Outcome<AdminAnswer>> GetAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong)
            return wrong;
        var name = NameOf(http);
        var who = AdminPrincipal.Of(http);
        if (WriteFileEntry(name) is { } write)
            return who.Sees(TeamOfFileEntry(name)) ? new AdminAnswer(StatusCodes.Status200OK, write) : NotFound(name);
        return await store.ReadAsync(kind, name, http.RequestAborted) is { } entity && who.Sees(TeamOf(entity)) ? Shown(entity) : NotFound(name);
    }

    public Task<Outcome<AdminAnswer>> DeleteAsync(HttpContext http, AuditActor by) => ChangeAsync(
        http, by, "delete",
        entity => RefuseDelete(entity.Name) is { } inUse ? inUse : new EntityContent(null, null),
        static _ => new AdminAnswer(StatusCodes.Status204NoContent, null));

    public async Task<Outcome<AdminAnswer>> PatchAsync(HttpContext http, AuditActor by)
    {
        var patch = await AdminBody.ReadAsync(http.Request);
        if (!patch.IsOk)
            return patch.Error;
        if (CheckPatch(patch.Value) is { } state)
            return state;
        return await ChangeAsync(http, by, "update", entity =>
        {
            using var old = JsonDocument.Parse(entity.Document);
            var merged = Compact(json => MergePatch.Write(json, old.RootElement, patch.Value));
            using var next = JsonDocument.Parse(merged);
            if (!next.RootElement.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String || name.GetString() != entity.Name)
                return QueryParameters.Wrong("name", "cannot be changed: budgets and the ledger know the entry by it");
            return (Confine(http, next.RootElement) ?? Check(next.RootElement)) is { } wrong ? wrong : new EntityContent(merged, entity.Hidden);
        }, Shown);
    }

    protected async Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by, string? hidden, Func<Entity, AdminAnswer> shown)
    {
        if (QueryParameters.Check(http.Request.Query) is { } unknown)
            return unknown;
        var body = await AdminBody.ReadAsync(http.Request);
        if (!body.IsOk)
            return body.Error;
        return await StoreAsync(http, by, body.Value, hidden, shown);
    }

    /// <summary>Stores a document that nobody has stored yet.</summary>
    protected async Task<Outcome<AdminAnswer>> StoreAsync(HttpContext http, AuditActor by, JsonElement document, string? hidden, Func<Entity, AdminAnswer> shown)
    {
        if ((Confine(http, document) ?? Check(document)) is { } wrong)
            return wrong;
        if (document.GetProperty("name") is not { ValueKind: JsonValueKind.String } named)
            return QueryParameters.Wrong("name", "must be a text in quotes");
        var name = named.GetString()!;
        if (EntityName.Problem(name) is { } problem)
            return QueryParameters.Wrong("name", problem);
        var who = AdminPrincipal.Of(http);
        if (WriteFileEntry(name) is not null)
            return who.Sees(TeamOfFileEntry(name)) ? FileHas(name) : Taken(name);
        var written = await book.WriteAsync(Change(name, EntityChange.Absent, new(Compact(document.WriteTo), hidden), by, "create"));
        if (written.IsDone)
            return shown(written.Entity!);
        return written.Entity is { } there && !who.Sees(TeamOf(there)) ? Taken(name) : new GatewayError(ErrorKind.Conflict, $"There is a {kind} '{name}' already; PATCH changes it.", "name");
    }

    /// <summary>Changes an entity of the store on the revision that is there, or that <c>If-Match</c> names.</summary>
    /// <param name="change">From what is there to what it becomes; called again where somebody else was faster.</param>
    /// <param name="shown">The answer; gets null where the entity was deleted.</param>
    protected async Task<Outcome<AdminAnswer>> ChangeAsync(
        HttpContext http, AuditActor by, string action, Func<Entity, Outcome<EntityContent>> change, Func<Entity, AdminAnswer> shown)
    {
        if (QueryParameters.Check(http.Request.Query) is { } unknown)
            return unknown;
        var name = NameOf(http);
        var who = AdminPrincipal.Of(http);
        if (WriteFileEntry(name) is not null)
            return who.Sees(TeamOfFileEntry(name)) ? FileHas(name) : NotFound(name);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await store.ReadAsync(kind, name, http.RequestAborted) is not { } entity || !who.Sees(TeamOf(entity)))
                return NotFound(name);
            if (Revisions.Refuse(http.Request, entity.Revision) is { } stale)
                return stale;
            var content = change(entity);
            if (!content.IsOk)
                return content.Error;
            var written = await book.WriteAsync(Change(name, entity.Revision, content.Value, by, action));
            if (written.IsDone)
                return shown(written.Entity ?? entity);
        }
        return new GatewayError(ErrorKind.Conflict, $"Others are changing the {kind} '{name}' at the same time. Try again.");
    }

    protected static AdminAnswer Shown(Entity entity) => new(StatusCodes.Status200OK, json => EntityJson.Write(json, entity), Revisions.ETag(entity.Revision));

    /// <summary>Every error of a document in one message; <c>param</c> is the path of the first.</summary>
    protected static GatewayError? Blame(IReadOnlyList<ConfigError> errors) => errors.Count switch
    {
        0 => null,
        1 => new(ErrorKind.InvalidRequest, errors[0].Message, errors[0].Path.Length > 0 ? errors[0].Path : null),
        _ => new(ErrorKind.InvalidRequest, string.Join("\n", errors.Select(static e => e.Path.Length > 0 ? $"{e.Path}: {e.Message}" : e.Message)),
            errors.FirstOrDefault(static e => e.Path.Length > 0)?.Path),
    };

    /// <summary>What is wrong with a document; null: nothing.</summary>
    protected abstract GatewayError? Check(JsonElement document);

    /// <summary>What a patch may not change; null: nothing.</summary>
    protected virtual GatewayError? CheckPatch(JsonElement patch) => null;

    /// <summary>Writes the file's entry of this name; null where the file has none.</summary>
    protected abstract Action<Utf8JsonWriter>? WriteFileEntry(string name);

    /// <summary>The team a document belongs to; null: none.</summary>
    protected abstract string? TeamOf(JsonElement document);

    /// <summary>The team that the file's entry of this name belongs to; the file has one.</summary>
    protected abstract string? TeamOfFileEntry(string name);

    protected string? TeamOf(Entity entity)
    {
        using var document = JsonDocument.Parse(entity.Document);
        return TeamOf(document.RootElement);
    }

    /// <summary>Why an entry cannot be deleted; null: it can.</summary>
    protected virtual GatewayError? RefuseDelete(string name) => null;

    /// <summary>A manager neither makes nor moves anything outside the teams it manages.</summary>
    private GatewayError? Confine(HttpContext http, JsonElement document)
    {
        var who = AdminPrincipal.Of(http);
        return who.Sees(TeamOf(document)) ? null : new(ErrorKind.Forbidden, $"Your token manages keys of these teams only: {string.Join(", ", who.Teams!)}.", "team");
    }

    private EntityChange Change(string name, long expected, EntityContent content, AuditActor by, string action) => new()
    {
        Kind = kind,
        Name = name,
        Expected = expected,
        Document = content.Document,
        Hidden = content.Hidden,
        Version = content.Version,
        By = by,
        Action = $"{kind}.{action}",
        At = time.GetUtcNow(),
    };

    private GatewayError FileHas(string name) => new(ErrorKind.Conflict,
        $"The {kind} '{name}' is written in the configuration file and is changed there, under '{section}'; a change of the file is live within 2 s.", "name");

    /// <summary>Names are unique over all teams, because the ledger and the metrics know a key by nothing else. Whose it is, and where it stands, is nothing to who does not manage it.</summary>
    private static GatewayError Taken(string name) => new(ErrorKind.Conflict, $"The name '{name}' cannot be used; choose another.", "name");

    protected GatewayError NotFound(string name) => new(ErrorKind.NotFound, $"There is no {kind} '{Printable.Shorten(name)}'; see GET /admin/v1/{section}.");

    protected static string NameOf(HttpContext http) => EntityName.FromRoute((string)http.Request.RouteValues["name"]!);

    protected static string Compact(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <param name="Document">Null deletes the entity.</param>
/// <param name="Version">Of a prompt: a version that comes with it.</param>
internal sealed record EntityContent(string? Document, string? Hidden, PromptVersionRow? Version = null);
