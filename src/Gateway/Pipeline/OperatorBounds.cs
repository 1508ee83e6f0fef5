using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Pipeline;

/// <summary>Reads the bounds again after the operator's params and overrides are in: what is reserved for must be what the upstream gets to see.</summary>
internal static class OperatorBounds
{
    public static GatewayError? Read(ReadOnlySpan<byte> rewritten, InferenceEndpoint endpoint, out RequestFields fields)
    {
        fields = default;
        var members = default(JsonMembers);
        try
        {
            if (BodyScan.Scan(rewritten, ref members) is { } broken) return broken;
            return RequestFields.Read(rewritten, members, endpoint, out fields);
        }
        finally
        {
            members.Return();
        }
    }
}
