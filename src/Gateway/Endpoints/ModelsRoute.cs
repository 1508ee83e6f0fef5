using System.Buffers;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Prompts;
using Gateway.Reply;
using Gateway.Routing;

namespace Gateway.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>/v1/models/{id}</c>: the names a key may use, aliases and functions included, patterns not.</summary>
internal static class ModelsRoute
{
    private const string List = "/v1/models";
    private const string One = "/v1/models/{**id}";

    public static void Map(RouteList routes, IServiceProvider services)
    {
        var handler = new Handler(services.GetRequiredService<SnapshotHolder>(), services.GetRequiredService<Authenticator>(), services.GetRequiredService<RequestIdSource>(), services.GetRequiredService<StartTime>());
        routes.Add(List, ["GET"], Access.Inference, http => handler.ServeAsync(http, null));
        routes.Add(One, ["GET"], Access.Inference, http => handler.ServeAsync(http, (string)http.Request.RouteValues["id"]!));
        UnknownRoute.MapOtherMethods(routes, List, "GET");
        UnknownRoute.MapOtherMethods(routes, One, "GET");
    }

    private sealed class Handler(SnapshotHolder snapshots, Authenticator authenticator, RequestIdSource ids, StartTime started)
    {
        public async Task ServeAsync(HttpContext http, string? id)
        {
            ResponseHeaders.SetRequestId(http.Response, ids.Next(out _));
            var snapshot = snapshots.Current;
            var key = authenticator.Authenticate(http, snapshot);
            var body = new ArrayBufferWriter<byte>(1024);
            var error = key.IsOk ? id is null ? WriteAll(body, snapshot, key.Value) : WriteOne(body, snapshot, key.Value, id) : key.Error;
            if (error is not null)
            {
                await ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted);
                return;
            }

            http.Response.ContentType = "application/json";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.ContentLength = body.WrittenCount;
            await http.Response.BodyWriter.WriteAsync(body.WrittenMemory, http.RequestAborted);
        }

        private GatewayError? WriteAll(IBufferWriter<byte> body, GatewaySnapshot snapshot, KeyEntry key)
        {
            using var json = new Utf8JsonWriter(body);
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            foreach (var (name, model) in snapshot.Models.Named.OrderBy(static m => m.Key, StringComparer.Ordinal))
                if (MayUse(key, name, model)) Write(json, name, model, model.Description);
            foreach (var function in snapshot.Prompts.Functions.OrderBy(static f => f.Id, StringComparer.Ordinal))
                if (function.MayUse(key) && snapshot.Models.Find(function.Model) is { } model) Write(json, function.Id, model, function.Config.Description);
            json.WriteEndArray();
            json.WriteEndObject();
            return null;
        }

        private GatewayError? WriteOne(IBufferWriter<byte> body, GatewaySnapshot snapshot, KeyEntry key, string id)
        {
            var function = snapshot.Prompts.FindFunction(id);
            if (snapshot.Models.Find(function?.Model ?? id) is not { } model || !(function is null ? !PromptFunction.IsNamed(id) && MayUse(key, id, model) : function.MayUse(key)))
                return new(ErrorKind.ModelNotFound, "This model does not exist, or this API key may not use it.", "model");
            using var json = new Utf8JsonWriter(body);
            Write(json, id, model, function is null ? model.Description : function.Config.Description, function);
            return null;
        }

        private static bool MayUse(KeyEntry key, string name, ModelEntry model) => key.Models is null || key.Models.Allows(name) || key.Models.Allows(model.Name);

        private void Write(Utf8JsonWriter json, string name, ModelEntry model, string? description, PromptFunction? function = null)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, name);
            json.WriteString("object"u8, "model"u8);
            json.WriteNumber("created"u8, started.Value.ToUnixTimeSeconds());
            json.WriteString("owned_by"u8, model.Targets[0].Provider.Name);
            if (description is not null) json.WriteString("description"u8, description);
            if (function?.Prompt is { } prompt)
            {
                json.WritePropertyName("input_schema"u8);
                InputSchema.Write(json, prompt);
            }

            json.WriteEndObject();
        }
    }
}
