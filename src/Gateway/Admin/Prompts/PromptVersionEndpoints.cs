using System.Globalization;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Prompts.Diffs;
using Gateway.Prompts.Store;
using Gateway.Routing;

namespace Gateway.Admin.Prompts;

/// <summary><c>/admin/v1/prompts/{name}/versions</c>: what a prompt says, and said. Versions are made and read, never changed.</summary>
internal sealed class PromptVersionEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : PromptRoutes(store, book, snapshots, holder, time)
{
    private const string Against = "against";
    private const string Message = "message";

    private readonly IEntityStore _store = store;

    public static readonly IReadOnlyList<string> Pages = ["cursor", "limit"];

    public static readonly IReadOnlyList<string> DiffParameters = [Against];

    public async Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } unknown) return unknown;
        var body = await AdminBody.ReadAsync(http.Request);
        if (!body.IsOk) return body.Error;
        if (StoredVersionShape.Compile(NameOf(http), 1, body.Value, out var errors) is null) return Blame(errors)!;
        var message = body.Value.TryGetProperty(Message, out var said) ? said.GetString() : null;
        var document = Compact(json =>
        {
            json.WriteStartObject();
            foreach (var member in body.Value.EnumerateObject().Where(static m => m.Name != Message)) member.WriteTo(json);
            json.WriteEndObject();
        });
        PromptVersionRow? made = null;
        return await ChangeAsync(http, by, "version", entity =>
        {
            var prompt = PromptOf(entity);
            if (RefuseArchived(prompt) is { } archived) return archived;
            var next = prompt with { Versions = prompt.Versions + 1 };
            made = new(prompt.Name, new(next.Versions, by.Name, message, Time.GetUtcNow()), document);
            return new EntityContent(next.ToString(), null, made);
        }, entity => Made(new(PromptOf(entity), _store), made!, body.Value, entity.Revision));
    }

    public async Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, [.. Pages]) is { } wrong) return wrong;
        if (QueryParameters.Limit(query, out var limit) is { } wrongLimit) return wrongLimit;
        var below = int.MaxValue;
        if (QueryParameters.Value(query, "cursor") is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out below))
            return QueryParameters.Wrong("cursor", "must be the 'next' of the page before, as it came");
        if (await FindAsync(http) is not { } prompt) return NotFound(NameOf(http));
        var page = await prompt.PageAsync(below, limit + 1, http.RequestAborted);
        return new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var version in page.Take(limit))
            {
                json.WriteStartObject();
                PromptJson.WriteHead(json, prompt, version);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next"u8, page.Count > limit ? page[limit - 1].Number.ToString(CultureInfo.InvariantCulture) : null);
            json.WriteEndObject();
        });
    }

    public async Task<Outcome<AdminAnswer>> ReadAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong) return wrong;
        if (await FindAsync(http) is not { } prompt) return NotFound(NameOf(http));
        var version = await prompt.VersionAsync(SelectorOf(http), http.RequestAborted);
        return version.IsOk ? new AdminAnswer(StatusCodes.Status200OK, json => PromptJson.Write(json, prompt, version.Value)) : version.Error;
    }

    /// <summary>What is different from another version, by default from the one before it.</summary>
    public async Task<Outcome<AdminAnswer>> DiffAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, Against) is { } wrong) return wrong;
        if (await FindAsync(http) is not { } prompt) return NotFound(NameOf(http));
        var to = await prompt.VersionAsync(SelectorOf(http), http.RequestAborted);
        if (!to.IsOk) return to.Error;
        var from = await prompt.VersionAsync(QueryParameters.Value(query, Against) ?? (to.Value.Number - 1).ToString(CultureInfo.InvariantCulture), http.RequestAborted);
        if (!from.IsOk) return from.Error;
        if ((from.Value.Text is null ? from.Value : to.Value.Text is null ? to.Value : null) is { } unreadable)
            return new GatewayError(ErrorKind.Conflict, string.Create(CultureInfo.InvariantCulture, $"Version {unreadable.Number} of '{prompt.Name}' is none that this gateway can read."));
        var diff = UnifiedDiff.Of(PromptText.Of(from.Value.Text!), PromptText.Of(to.Value.Text!),
            string.Create(CultureInfo.InvariantCulture, $"{prompt.Name}@{from.Value.Number}"), string.Create(CultureInfo.InvariantCulture, $"{prompt.Name}@{to.Value.Number}"));
        return new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("prompt"u8, prompt.Name);
            json.WriteNumber("from"u8, from.Value.Number);
            json.WriteNumber("to"u8, to.Value.Number);
            json.WriteString("diff"u8, diff);
            json.WriteEndObject();
        });
    }

    private static AdminAnswer Made(KeptPrompt prompt, PromptVersionRow row, JsonElement body, long revision) => new(
        StatusCodes.Status201Created,
        json => PromptJson.Write(json, prompt, new(row.Head.Version, row.Head, text => PromptJson.WriteMembers(text, body), null)),
        Revisions.ETag(revision),
        string.Create(CultureInfo.InvariantCulture, $"/admin/v1/prompts/{prompt.Name}/versions/{row.Head.Version}"));

    /// <returns>Null: there is none that this credential sees.</returns>
    private async Task<FoundPrompt?> FindAsync(HttpContext http)
    {
        var (name, who) = (NameOf(http), AdminPrincipal.Of(http));
        if (File.Prompts.FirstOrDefault(p => p.Name == name) is { } filed) return who.Sees(null) ? new FiledPrompt(filed) : null;
        return await _store.ReadAsync(EntityKinds.Prompt, name, http.RequestAborted) is { } entity && who.Sees(TeamOf(entity)) ? new KeptPrompt(PromptOf(entity), _store) : null;
    }

    private static string SelectorOf(HttpContext http) => EntityName.FromRoute((string)http.Request.RouteValues["version"]!);
}
