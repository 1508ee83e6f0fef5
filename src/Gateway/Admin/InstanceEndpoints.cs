using System.Globalization;
using System.Text.Json;
using Gateway.Admission.Shares;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/instances</c>: the gateways that share the store. One that will not come again can be forgotten; what it had of budgets and did not spend is free then.</summary>
internal sealed class InstanceEndpoints(Instance self, EntityBook book, IEntityStore entities, TimeProvider time, IShareStore? shares = null)
{
    private const string Kind = "instance";

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

    public async Task<Outcome<AdminAnswer>> ForgetAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong)
            return wrong;
        var id = EntityName.FromRoute((string)http.Request.RouteValues["id"]!);
        var all = shares is null ? [] : await shares.InstancesAsync(http.RequestAborted);
        if (all.FirstOrDefault(i => i.Instance.Id == id) is not { } found)
            return new GatewayError(ErrorKind.NotFound, "There is no other instance of this id; GET /admin/v1/instances names those there are.");
        // In the audit before it is done: what was given back must not be without a name.
        var noted = await entities.ReadAsync(Kind, id, http.RequestAborted);
        await book.WriteAsync(new()
        {
            Kind = Kind,
            Name = id,
            Expected = noted?.Revision ?? EntityChange.Absent,
            Document = string.Create(CultureInfo.InvariantCulture, $$"""{"forgotten":true,"unused_nano_usd":{{found.Unused}}}"""),
            By = by,
            Action = "instance.forget",
            At = time.GetUtcNow(),
        });
        if (!await shares!.ForgetAsync(id, ShareTimes.Death, http.RequestAborted))
            return new GatewayError(ErrorKind.Conflict, string.Create(CultureInfo.InvariantCulture,
                $"The instance was heard of less than {ShareTimes.Death.TotalSeconds:0} s ago: it lives, or may still. Stop it, and ask again."));
        return new AdminAnswer(StatusCodes.Status204NoContent, null);
    }

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
