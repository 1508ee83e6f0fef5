using Gateway.Admission;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>What an attempt at a target would ask of admission, without making it.</summary>
internal static class AttemptEstimate
{
    /// <remarks>A request in a dialect that the target does not speak is taken as the client wrote it: what it is translated to is about as long.</remarks>
    public static AdmissionRequest Of(Call call, ModelEntry model, Target target)
    {
        var fields = call.Fields;
        var bytes = call.Body.Span.Length;
        var sent = BodyRewriter.Rewrite(call.Body.Span, call.Members, call.Fields, model, target, call.Endpoint, OutputCap.For(call.Fields, model, target, call.Key!, call.Endpoint, model.Constraints.And(call.Options.Constraints).MaxCost));
        try
        {
            if (!sent.IsEmpty)
            {
                bytes = sent.Span.Length;
                // A bound of the operator's that cannot be read refuses the attempt, whatever is estimated here.
                if (OperatorBounds.Read(sent.Span, call.Endpoint, out var bound) is null) fields = bound;
            }
        }
        finally
        {
            sent.Return();
        }

        return new(call.RequestId, call.Attempts + 1, call.Key!, call.Endpoint, model, target, AttemptOpener.InputBound(fields, target, bytes), fields.OutputBound, fields.Choices, fields.LeastBound);
    }
}
