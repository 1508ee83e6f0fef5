using System.Globalization;

namespace Gateway.Providers.Demo.Model;

/// <summary>What the last message tells the model to play, so that an application can rehearse a provider's bad days (docs/demo-model.md lists the phrases).</summary>
/// <param name="Number">The status of an error, the seconds of slowness.</param>
internal readonly record struct DemoScript(DemoAct Act, int Number = 0)
{
    private const int DefaultSlowSeconds = 1;
    private const int MaxSlowSeconds = 600;

    public static DemoScript Read(string? text)
    {
        if (text is null || !text.StartsWith("demo:", StringComparison.Ordinal)) return default;
        var words = text["demo:".Length..].Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        int? number = words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        return words is [] ? default : words[0] switch
        {
            "error" when number is >= 400 and <= 599 => new(DemoAct.Error, number.Value),
            "cut" => new(DemoAct.Cut),
            "fault" => new(DemoAct.Fault),
            "refuse" => new(DemoAct.Refuse),
            "slow" => new(DemoAct.Slow, Math.Min(number ?? DefaultSlowSeconds, MaxSlowSeconds)),
            _ => default,
        };
    }
}

internal enum DemoAct
{
    None,
    /// <summary>Answer with an error status.</summary>
    Error,
    /// <summary>Stop in the middle, without the end.</summary>
    Cut,
    /// <summary>Report a failure in the middle of a stream.</summary>
    Fault,
    /// <summary>Decline, as a model does.</summary>
    Refuse,
    /// <summary>Take long over every piece.</summary>
    Slow,
}
