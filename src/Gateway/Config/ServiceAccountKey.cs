using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Config;

/// <summary>A service account's key as Google Cloud hands it out: a JSON file, or its content.</summary>
internal static class ServiceAccountKey
{
    private const int MaxBytes = 64 * 1024;

    private const string DefaultTokenUri = "https://oauth2.googleapis.com/token";

    /// <param name="value">A path, or JSON.</param>
    /// <param name="project">The one that the account belongs to.</param>
    /// <returns>What is wrong, without a word of the key; null: nothing.</returns>
    public static string? TryRead(string value, out ServiceAccount? account, out string? project)
    {
        (account, project) = (null, null);
        var json = value.TrimStart();
        if (!json.StartsWith('{'))
        {
            var errors = new ErrorSink("credentials");
            var file = ConfigFile.Read(value, MaxBytes, errors);
            if (errors.Count == 0 && file.Bytes is null) return "is no file that there is, and no JSON";
            if (errors.Count > 0 || file.Text(errors) is not { } text) return "is a file that cannot be read";
            json = text;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, out account, out project);
        }
        catch (JsonException)
        {
            return "is no JSON";
        }
    }

    private static string? Read(JsonElement key, out ServiceAccount? account, out string? project)
    {
        (account, project) = (null, Text(key, "project_id"));
        if (Text(key, "type") is var type && type != "service_account") return $"must be the key of a service account, \"type\": \"service_account\"{(type is null ? "" : "; keys of other types are not in this version yet")}";
        if (Text(key, "client_email") is not { Length: > 0 } email || Text(key, "private_key") is not { Length: > 0 } pem || Text(key, "private_key_id") is not { } id)
            return "must have client_email, private_key and private_key_id";
        if (!Uri.TryCreate(Text(key, "token_uri") ?? DefaultTokenUri, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback))
            return "must have a token_uri that begins with https://";
        if (!IsKey(pem)) return "has a private_key that is none";
        account = new(email, id, pem, uri);
        return null;
    }

    private static bool IsKey(string pem)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
