using System.Text.Json;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Config.Values;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/keys</c>: virtual keys, those of the file to be read, those of the store to be changed too.</summary>
internal sealed class KeyEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : EntityEndpoints(EntityKinds.Key, "keys", store, book, snapshots, time)
{
    /// <remarks>30 days: who needs longer for a deployment needs two keys.</remarks>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(30);

    /// <summary>Stands for the digest where a document is only checked.</summary>
    private static readonly string AnyHash = new('0', 64);

    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by) => Task.FromResult(EntityList.Answer(
        http,
        File.Keys.Select(static k => new ListedEntity(k.Name, k.Team, true, json => EntityJson.Write(json, k)))
            .Concat(InForce.Select(e => new ListedEntity(e.Name, TeamOf(e), false, json => EntityJson.Write(json, e)))),
        "team"));

    public Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by)
    {
        var made = KeyMaker.Make(KeyMaker.KeyPrefix);
        return CreateAsync(http, by, new StoredKey { Id = made.Id, Hash = made.Hash }.ToString(), entity => new(
            StatusCodes.Status201Created, json => EntityJson.Write(json, entity, made), Revisions.ETag(entity.Revision), $"/admin/v1/keys/{entity.Name}"));
    }

    /// <summary>A new secret for the same key. The old one works for as long as <c>grace</c> says, by default not at all.</summary>
    public async Task<Outcome<AdminAnswer>> RotateAsync(HttpContext http, AuditActor by)
    {
        var body = await AdminBody.ReadAsync(http.Request, optional: true);
        if (!body.IsOk)
            return body.Error;
        if (Grace(body.Value, out var grace) is { } wrong)
            return wrong;
        var made = KeyMaker.Make(KeyMaker.KeyPrefix);
        return await ChangeAsync(http, by, "rotate", entity =>
        {
            var old = StoredKey.Parse(entity.Hidden);
            var next = new StoredKey
            {
                Id = made.Id,
                Hash = made.Hash,
                PreviousHash = grace > TimeSpan.Zero ? old?.Hash : null,
                PreviousUntil = grace > TimeSpan.Zero && old is not null ? Time.GetUtcNow() + grace : null,
                Blocked = old?.Blocked ?? false,
            };
            return new EntityContent(entity.Document, next.ToString());
        }, entity => Shown(entity) with { Write = json => EntityJson.Write(json, entity, made) });
    }

    public Task<Outcome<AdminAnswer>> BlockAsync(HttpContext http, AuditActor by) => SetBlockedAsync(http, by, true);

    public Task<Outcome<AdminAnswer>> UnblockAsync(HttpContext http, AuditActor by) => SetBlockedAsync(http, by, false);

    protected override GatewayError? Check(JsonElement document)
    {
        new EntityBinder(holder.Current.Config).Key(document, AnyHash, out var errors);
        return Blame(errors);
    }

    protected override Action<Utf8JsonWriter>? WriteFileEntry(string name) =>
        File.Keys.FirstOrDefault(k => k.Name == name) is { } key ? json => EntityJson.Write(json, key) : null;

    protected override string? TeamOf(JsonElement document) => document.TryGetProperty("team", out var team) ? team.ToString() : null;

    protected override string? TeamOfFileEntry(string name) => File.Keys.First(k => k.Name == name).Team;

    private Task<Outcome<AdminAnswer>> SetBlockedAsync(HttpContext http, AuditActor by, bool blocked) => ChangeAsync(
        http, by, blocked ? "block" : "unblock",
        entity => StoredKey.Parse(entity.Hidden) is { } hidden
            ? new EntityContent(entity.Document, (hidden with { Blocked = blocked }).ToString())
            : new GatewayError(ErrorKind.Conflict, "The digests of this key are damaged: rotate or delete it."),
        Shown);

    private static GatewayError? Grace(JsonElement body, out TimeSpan grace)
    {
        grace = TimeSpan.Zero;
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name != "grace")
                return QueryParameters.Wrong(Printable.Shorten(member.Name), "is no member of this request; it has grace");
            if (member.Value.ValueKind != JsonValueKind.String || DurationKind.Read(member.Value.GetString()!) is not { } read || read > LongestGrace)
                return QueryParameters.Wrong("grace", $"must be a duration like 24h, at most {DurationKind.Format(LongestGrace)}");
            grace = read;
        }
        return null;
    }
}
