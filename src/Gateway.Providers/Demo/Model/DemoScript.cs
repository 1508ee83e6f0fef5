using System.Globalization;

namespace Gateway.Providers.Demo.Model;

/// <summary>What the last message tells the model to play, so that an application can rehearse a provider's bad days (docs/demo-model.md lists the phrases).</summary>
/// <param name="Number">The status of an error, the seconds of slowness, or after how many events something happens; null: the act's default.</param>
/// <param name="Word">What more was said.</param>
internal readonly record struct DemoScript(DemoAct Act, int? Number = null, string? Word = null)
{
    /// <summary>The word that turns an error's body into a proxy's page.</summary>
    public const string Html = "html";

    /// <summary>The word that leaves an error without a body.</summary>
    public const string Empty = "empty";

    private const int DefaultSeconds = 1;
    private const int MaxSeconds = 600;

    /// <summary>The pause before every piece; null: the server's own.</summary>
    public TimeSpan? Pace => Act == DemoAct.Slow ? Seconds : null;

    /// <summary>The pause before the first piece.</summary>
    public TimeSpan Delay => Act == DemoAct.Wait ? Seconds : TimeSpan.Zero;

    /// <summary>When an error says to try again; null where it does not.</summary>
    public int? RetryAfter =>
        int.TryParse(Word, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxSeconds ? seconds : Number is 429 or 503 ? DefaultSeconds : null;

    private TimeSpan Seconds => TimeSpan.FromSeconds(Math.Min(Number ?? DefaultSeconds, MaxSeconds));

    /// <summary>From a message: it has to begin with <c>demo:</c>.</summary>
    public static DemoScript Read(string? text) => text is not null && text.StartsWith("demo:", StringComparison.Ordinal) ? Parse(text["demo:".Length..]) : default;

    /// <summary>From the words alone.</summary>
    public static DemoScript Parse(string text)
    {
        var words = text.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries);
        int? number = words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        return words is [] ? default : words[0] switch
        {
            "error" when number is >= 400 and <= 599 => new(DemoAct.Error, number, words.Length > 2 ? words[2] : null),
            "cut" => new(DemoAct.Cut, number),
            "end" => new(DemoAct.End, number),
            "fault" => new(DemoAct.Fault, number),
            "garbage" => new(DemoAct.Garbage, number),
            "reset" => new(DemoAct.Reset),
            "refuse" => new(DemoAct.Refuse),
            "slow" => new(DemoAct.Slow, number),
            "wait" => new(DemoAct.Wait, number),
            _ => default,
        };
    }
}

internal enum DemoAct
{
    None,
    /// <summary>Answer with an error status.</summary>
    Error,
    /// <summary>Break off in the middle of an event.</summary>
    Cut,
    /// <summary>Close in order, without what tells that the answer is whole.</summary>
    End,
    /// <summary>Report a failure in the middle of a stream.</summary>
    Fault,
    /// <summary>Send an event that cannot be read, and go on.</summary>
    Garbage,
    /// <summary>Break off before the first byte.</summary>
    Reset,
    /// <summary>Decline, as a model does.</summary>
    Refuse,
    /// <summary>Take long over every piece.</summary>
    Slow,
    /// <summary>Take long over the first piece.</summary>
    Wait,
}
