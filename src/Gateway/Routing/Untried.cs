using System.Globalization;
using System.Numerics;
using Gateway.Core.Errors;

namespace Gateway.Routing;

/// <summary>Targets that a request was not sent to although another one had failed, by what stood in the way. Whoever reads the last failure alone would look for the others in vain.</summary>
/// <param name="LeftAlone">By their breaker, or because their provider answers no probe.</param>
/// <param name="Spent">Because further attempts at them have used up their retry budget.</param>
/// <param name="NotAgain">Targets that were asked, and for the same reason not once more as the model's <c>retries</c> would have had it.</param>
internal readonly record struct Untried(int LeftAlone, int Spent, int NotAgain)
{
    /// <summary>These, and a model's: a bit for each of its targets.</summary>
    public Untried And(ulong leftAlone, ulong spent, ulong notAgain) =>
        new(LeftAlone + BitOperations.PopCount(leftAlone), Spent + BitOperations.PopCount(spent & ~leftAlone), NotAgain + BitOperations.PopCount(notAgain));

    /// <returns>The error with a sentence for each reason; the same where there is none to give.</returns>
    public GatewayError AddTo(GatewayError error)
    {
        // It says that all are left alone.
        if (this == default || error.Kind == ErrorKind.NoTargetAvailable) return error;
        var end = error.Message.EndsWith('.') ? "" : ".";
        return error with { Message = error.Message + end + Alone() + SpentOf() + (NotAgain > 0 ? " It was not tried again: the retry budget is spent." : "") };
    }

    private string Alone() => LeftAlone switch
    {
        0 => "",
        1 => " 1 more target was not tried: it has been failing, and is left alone for now.",
        _ => string.Create(CultureInfo.InvariantCulture, $" {LeftAlone} more targets were not tried: they have been failing, and are left alone for now."),
    };

    private string SpentOf() => Spent switch
    {
        0 => "",
        1 => " 1 more target was not tried: its retry budget is spent.",
        _ => string.Create(CultureInfo.InvariantCulture, $" {Spent} more targets were not tried: their retry budget is spent."),
    };
}
