using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Providers.Demo;

/// <summary>From the demo's faults to the gateway's errors.</summary>
internal static class DemoErrors
{
    /// <summary>An answer with an error status.</summary>
    public static GatewayError Read(int status, ReadOnlySpan<byte> body)
    {
        DemoFault? fault;
        try
        {
            fault = JsonSerializer.Deserialize(body, DemoJson.Default.DemoFaultReply)?.Fault;
        }
        catch (JsonException)
        {
            return new GatewayError(UpstreamStatus.Classify(status), $"The demo model answered {status} without saying why.") { UpstreamStatus = status };
        }

        return Of(UpstreamStatus.Classify(status), fault) with { UpstreamStatus = status, ProviderBody = body.ToArray() };
    }

    /// <summary>A fault in the middle of a stream.</summary>
    public static GatewayError InStream(DemoFault? fault) => Of(ErrorKind.BadUpstream, fault);

    /// <summary>An answer that is none.</summary>
    public static GatewayError Unreadable(string what) => new(ErrorKind.BadUpstream, $"The demo model sent {what}.");

    private static GatewayError Of(ErrorKind kind, DemoFault? fault) => new(kind, fault?.Message ?? "The demo model failed.", Field(fault?.At))
    {
        RetryAfter = fault?.WaitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    /// <summary>The client's name for a member of the ask.</summary>
    private static string? Field(string? at) => at switch
    {
        "schema" => "response_format.json_schema.schema",
        ['t', 'o', 'o', 'l', 's', .. var index, '.', 's', 'c', 'h', 'e', 'm', 'a'] => $"tools{index}.function.parameters",
        _ => at,
    };
}
