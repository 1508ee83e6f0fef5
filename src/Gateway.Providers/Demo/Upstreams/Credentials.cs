using System.Globalization;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>Where keys stand in requests.</summary>
internal static class Credentials
{
    private const string Scheme = "Bearer ";

    public static string? Bearer(DemoHttpRequest request) =>
        request.Header("authorization") is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;

    /// <summary>For a header.</summary>
    public static string Seconds(int seconds) => seconds.ToString(CultureInfo.InvariantCulture);
}
