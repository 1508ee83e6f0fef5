using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/teams</c>: what several keys share.</summary>
internal sealed class TeamEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : EntityEndpoints(EntityKinds.Team, "teams", store, book, snapshots, time)
{
    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by) => Task.FromResult(EntityList.Answer(
        http,
        File.Teams.Select(static t => new ListedEntity(t.Name, t.Name, true, json => EntityJson.Write(json, t)))
            .Concat(InForce.Select(static e => new ListedEntity(e.Name, e.Name, false, json => EntityJson.Write(json, e))))));

    public Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by) => CreateAsync(http, by, null, static entity => new(
        StatusCodes.Status201Created, json => EntityJson.Write(json, entity), Revisions.ETag(entity.Revision), $"/admin/v1/teams/{entity.Name}"));

    protected override GatewayError? Check(JsonElement document)
    {
        EntityBinder.Team(document, out var errors);
        return Blame(errors);
    }

    protected override Action<Utf8JsonWriter>? WriteFileEntry(string name) =>
        File.Teams.FirstOrDefault(t => t.Name == name) is { } team ? json => EntityJson.Write(json, team) : null;

    protected override string? TeamOf(JsonElement document) => document.TryGetProperty("name", out var name) ? name.ToString() : null;

    protected override string? TeamOfFileEntry(string name) => name;

    /// <summary>A key without its team would not be in force any more; nobody means that by deleting a team.</summary>
    protected override GatewayError? RefuseDelete(string name)
    {
        var keys = holder.Current.Config.Keys.Where(k => k.Team == name).Select(static k => k.Name).Distinct().Take(5).ToList();
        return keys.Count == 0 ? null : new(ErrorKind.Conflict, $"Keys belong to the team '{name}': {string.Join(", ", keys)}. Move or delete them first.");
    }
}
