using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/tokens</c>: credentials for the admin API with a role. They are made and deleted, never changed: who holds one knows what it may do.</summary>
internal sealed class TokenEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : EntityEndpoints(EntityKinds.Token, "tokens", store, book, snapshots, time)
{
    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by) => Task.FromResult(EntityList.Answer(
        http, InForce.Select(static e => new ListedEntity(e.Name, null, false, json => EntityJson.Write(json, e)))));

    public Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by)
    {
        var made = KeyMaker.Make(KeyMaker.TokenPrefix);
        return CreateAsync(http, by, new StoredKey { Id = made.Id, Hash = made.Hash }.ToString(), entity => new(
            StatusCodes.Status201Created, json => EntityJson.Write(json, entity, made), Revisions.ETag(entity.Revision), $"/admin/v1/tokens/{entity.Name}"));
    }

    protected override GatewayError? Check(JsonElement document)
    {
        new EntityBinder(holder.Current.Config).Token(document, out var errors);
        return Blame(errors);
    }

    /// <summary>The file has the admin key, and no tokens.</summary>
    protected override Action<Utf8JsonWriter>? WriteFileEntry(string name) => null;

    protected override string? TeamOf(JsonElement document) => null;

    protected override string? TeamOfFileEntry(string name) => null;
}
