using System.Globalization;
using System.Text.Json;
using Gateway.Admission.Shares;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Entities;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/instances</c>: the gateways that share the store. One that will not come again can be forgotten; who asks says whether what it had of budgets, and is not known to be spent, is free then or counts as spent.</summary>
internal sealed class InstanceEndpoints(Instance self, EntityBook book, IEntityStore entities, TimeProvider time, IShareStore? shares = null, DeadShares? dead = null)
{
    private const string Kind = "instance";
    private const string Unspent = "unspent";
    private const string Release = "release";
    private const string Keep = "keep";

    /// <summary>Of <see cref="ForgetAsync"/>.</summary>
    public static readonly IReadOnlyList<string> Parameters = [Unspent];

    public async Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong)
            return wrong;
        var now = time.GetUtcNow();
        // On an embedded store there is nobody else.
        var all = shares is null ? [new(self, now, now, 0)] : await shares.InstancesAsync(http.RequestAborted);
        return new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var one in all)
                Write(json, one);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <remarks>
    /// What a dead gateway spent in its last moments, before it said so and before its rows were in the store, only its journal knows. So what it had is free at once only where somebody says
    /// so who knows that the journal is lost, and later where <c>ledger.in_doubt</c> says so: otherwise a budget could be exceeded.
    /// </remarks>
    public async Task<Outcome<AdminAnswer>> ForgetAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, Unspent) is { } wrong)
            return wrong;
        var unspent = QueryParameters.Value(query, Unspent);
        if (unspent is not (null or Release or Keep))
            return QueryParameters.Wrong(Unspent, $"must be '{Release}' or '{Keep}'");
        var id = EntityName.FromRoute((string)http.Request.RouteValues["id"]!);
        var all = shares is null ? [] : await shares.InstancesAsync(http.RequestAborted);
        if (all.FirstOrDefault(i => i.Instance.Id == id) is not { } found)
            return new GatewayError(ErrorKind.NotFound, "There is no other instance of this id; GET /admin/v1/instances names those there are.");
        if (found.Now - found.SeenAt <= ShareTimes.Death)
            return Lives();
        if (found.Unused > 0 && unspent is null)
            return new GatewayError(ErrorKind.Conflict, string.Create(CultureInfo.InvariantCulture,
                $"The instance had ${new NanoUsd(found.Unused)} of budgets and may have spent it in its last moments, which only its journal knows. Start it again with its journal; or, if that is lost, ask with ?{Unspent}={Release} to free what neither its last word nor its rows in the ledger say is spent, or with ?{Unspent}={Keep} to count all of it as spent."));
        // In the audit before it is done: what was given back must not be without a name.
        if (!await DecideAsync(found, unspent ?? Keep, by, http.RequestAborted))
            return new GatewayError(ErrorKind.Conflict, "Somebody else asked for this instance to be forgotten in another way, and decides: GET /admin/v1/audit?kind=instance says who and how.");
        if (unspent == Release && await dead!.ReleaseAsync(id, ShareTimes.Death, http.RequestAborted) is not null
            && await dead.UnspentAsync(id, http.RequestAborted) is { Value: > 0 } left)
            return await LeftAsync(id, left, by, http.RequestAborted);
        return await shares!.ForgetAsync(id, ShareTimes.Death, http.RequestAborted)
            ? new AdminAnswer(StatusCodes.Status204NoContent, null)
            : new GatewayError(ErrorKind.Conflict, "The instance was heard of again, or somebody else has forgotten it a moment ago: look at GET /admin/v1/instances.");
    }

    /// <returns>
    /// False where it is decided already, since the instance was last heard of, that it is to be forgotten in another way. In the same way it is not noted twice: whoever could not finish asks again,
    /// and finds another amount by then.
    /// </returns>
    private async Task<bool> DecideAsync(InstanceStatus found, string unspent, AuditActor by, CancellationToken cancellationToken)
    {
        var noted = await entities.ReadAsync(Kind, found.Instance.Id, cancellationToken);
        if (noted is not null && noted.UpdatedAt > found.SeenAt && Decision(noted) is { } decision)
            return decision == unspent;
        return await NoteAsync(found.Instance.Id, noted, "instance.forget", isForgotten: true, new(found.Unused), unspent, by);
    }

    /// <summary>Nobody here knows of what budgets the rest is, so that it cannot be given back; another decision may be made about it.</summary>
    private async Task<GatewayError> LeftAsync(string id, NanoUsd left, AuditActor by, CancellationToken cancellationToken)
    {
        // Where somebody else noted something meanwhile, that is newer.
        await NoteAsync(id, await entities.ReadAsync(Kind, id, cancellationToken), "instance.release", isForgotten: false, left, Release, by);
        return new(ErrorKind.Conflict, string.Create(CultureInfo.InvariantCulture,
            $"The instance has ${left} of budgets that are not in force on the gateway you asked, which cannot say what of it is spent; what could be freed is free. Ask a gateway that has these budgets; or ask with ?{Unspent}={Keep} to count the rest as spent."));
    }

    /// <returns>False where somebody else was first.</returns>
    private async Task<bool> NoteAsync(string id, Entity? noted, string action, bool isForgotten, NanoUsd unused, string unspent, AuditActor by)
    {
        var written = await book.WriteAsync(new()
        {
            Kind = Kind,
            Name = id,
            Expected = noted?.Revision ?? EntityChange.Absent,
            Document = string.Create(CultureInfo.InvariantCulture, $$"""{"forgotten":{{(isForgotten ? "true" : "false")}},"unused_nano_usd":{{unused.Value}},"unspent":"{{unspent}}"}"""),
            By = by,
            Action = action,
            At = time.GetUtcNow(),
        });
        return written.IsDone;
    }

    /// <summary>What becomes of what was unspent; null where that is open.</summary>
    private static string? Decision(Entity noted)
    {
        using var document = JsonDocument.Parse(noted.Document);
        return document.RootElement.GetProperty("forgotten"u8).GetBoolean() ? document.RootElement.GetProperty(Unspent).GetString() : null;
    }

    private static GatewayError Lives() => new(ErrorKind.Conflict, string.Create(CultureInfo.InvariantCulture,
        $"The instance was heard of less than {ShareTimes.Death.TotalSeconds:0} s ago: it lives, or may still. Stop it, and ask again."));

    private void Write(Utf8JsonWriter json, InstanceStatus one)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, one.Instance.Id);
        json.WriteBoolean("self"u8, one.Instance.Id == self.Id);
        json.WriteString("host"u8, one.Instance.Host);
        json.WriteString("version"u8, one.Instance.Version);
        json.WriteString("started_at"u8, Text(one.Instance.StartedAt));
        json.WriteString("seen_at"u8, Text(one.SeenAt));
        json.WriteBoolean("alive"u8, one.Now - one.SeenAt <= ShareTimes.Death);
        json.WriteNumber("unused_nano_usd"u8, one.Unused);
        json.WriteEndObject();
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
