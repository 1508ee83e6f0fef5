using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Telemetry;

namespace Gateway.Pipeline;

/// <summary>Step 10's view of a call.</summary>
internal static class RequestRecords
{
    public static RequestRecord Of(Call call, GatewayError? error) => new()
    {
        Endpoint = call.Endpoint.Route(),
        RequestId = call.RequestId,
        Model = call.Model?.Name,
        Provider = call.Attempt?.Target.Provider.Name,
        TargetModel = call.Attempt?.Target.Model,
        Key = call.Key?.Name,
        Team = call.Key?.Team,
        Status = error?.Status ?? StatusCodes.Status200OK,
        Stream = call.Fields.Stream,
        Attempts = call.Attempts,
        Duration = call.Elapsed,
        Overhead = call.Overhead,
        FirstByte = call.FirstByte,
        Usage = call.Usage,
        UsageSource = call.UsageSource,
        Cost = call.Cost,
        ErrorCode = error is null ? null : error.Code ?? ErrorTable.Describe(error.Kind).Code,
    };
}
