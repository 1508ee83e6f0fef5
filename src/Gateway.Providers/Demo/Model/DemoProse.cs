namespace Gateway.Providers.Demo.Model;

/// <summary>What the demo says when it is to answer in its own words.</summary>
internal static class DemoProse
{
    /// <summary>How many ways there are to say an answer; more than a request may ask for.</summary>
    public const int Variants = 36;

    private const int MaxQuote = 200;

    private static readonly string[] Openings =
    [
        "You said: “{0}”",
        "I read your message as “{0}”",
        "Your last message was “{0}”",
        "This is what reached me: “{0}”",
    ];

    private static readonly string[] Introductions =
    [
        "I am the gateway's built-in demo model. I run inside the gateway, so I need no API key and no network, and the same request always gets the same answer.",
        "The gateway's built-in demo model is speaking: no key, no network, and one answer for one request, however often you send it.",
        "You are talking to the demo model that is built into the gateway. It costs nothing, reaches no network and repeats itself word for word.",
    ];

    private static readonly string[] NextSteps =
    [
        "Next, try stream, tools or a JSON schema: I answer all three, so you can build your application before you have a key.",
        "Next, add a provider and a model to gateway.yaml; your application stays as it is and gets real answers.",
        "When you want real answers, name a provider in gateway.yaml. Until then I stream, call tools, fill JSON schemas and report usage.",
    ];

    /// <summary>The answer to a chat whose last turn is somebody's question.</summary>
    /// <param name="variant">Chooses the words: neighbours differ.</param>
    public static string Answer(DemoTurn? question, IReadOnlyList<DemoTool>? uncalled, int variant)
    {
        var opening = string.IsNullOrWhiteSpace(question?.Text) ? "Your message had no text." : Opening(question.Text, variant);
        if (question?.Images is { } images) opening += images == 1 ? " An image came with it." : $" {images} images came with it.";
        var offer = uncalled is { Count: > 0 }
            ? $" You offered me {Names(uncalled)}: I call a tool when your message speaks of it, or when tool_choice is required."
            : "";
        return $"{opening} {Introduction(variant)}{offer} {NextSteps[variant / (Openings.Length * Introductions.Length) % NextSteps.Length]}";
    }

    /// <summary>The answer to a chat whose last turns are the results of tools.</summary>
    public static string AnswerWith(IEnumerable<DemoTurn> results, int variant)
    {
        var told = string.Join(' ', results.Select(r => $"The tool {r.Tool} answered “{Quote(r.Text)}”."));
        return $"{told} {Introduction(variant)}";
    }

    /// <summary>What goes before an answer of a model that thinks.</summary>
    public static string Thoughts(string? question, IEnumerable<string> called, bool hasResults)
    {
        var names = string.Join(" and ", called);
        var plan = names.Length > 0 ? $"{names} can tell, so I call" : hasResults ? "The tools have answered; I tell what they said" : "I know enough to answer";
        return string.IsNullOrWhiteSpace(question) ? $"Nothing was asked. {plan}." : $"The question is “{Quote(question)}”. {plan}.";
    }

    /// <summary>Goes on from a prompt.</summary>
    public static string Continue(string prompt, string? suffix, int variant)
    {
        var bridge = string.IsNullOrEmpty(suffix) ? "" : $" After me comes “{Quote(suffix)}”.";
        return $" … {Opening(prompt, variant)} {Introduction(variant)}{bridge}";
    }

    public static string Refusal => "I was asked to refuse, and so I do. A model that declines answers like this: with a refusal and no content.";

    /// <summary>A text on one line and of bounded length.</summary>
    public static string Quote(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, MaxQuote, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= MaxQuote) return line;
        var length = char.IsHighSurrogate(line[MaxQuote - 1]) ? MaxQuote - 1 : MaxQuote;
        return line[..length] + "…";
    }

    private static string Opening(string text, int variant) => Openings[variant % Openings.Length].Replace("{0}", Quote(text), StringComparison.Ordinal) + ".";

    private static string Introduction(int variant) => Introductions[variant / Openings.Length % Introductions.Length];

    private static string Names(IReadOnlyList<DemoTool> tools)
    {
        const int Named = 3;
        var names = string.Join(", ", tools.Take(Named).Select(t => t.Name));
        return tools.Count > Named ? $"{names} and {tools.Count - Named} more" : names;
    }
}
