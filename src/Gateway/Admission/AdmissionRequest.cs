using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Admission;

/// <summary>What an attempt is about to ask for.</summary>
/// <param name="RequestId">The request's id; attempts are numbered below it.</param>
/// <param name="Attempt">1 for the first target, 2 for the next one.</param>
/// <param name="InputBound">No prompt of this body has more tokens: its UTF-8 bytes.</param>
/// <param name="Choices">Answers asked for: where no bound is named, each can be as long as the model lets it.</param>
/// <param name="LeastOutput">Tokens, choices counted, below which no answer of unknown length is taken to stay: the request has a field that may ask for so many.</param>
/// <param name="OutputBound">The most tokens the request allows the model to write, choices counted; null where it names no bound.</param>
internal readonly record struct AdmissionRequest(
    string RequestId, int Attempt, KeyEntry Key, InferenceEndpoint Endpoint, ModelEntry Model, Target Target, long InputBound, long? OutputBound, long Choices = 1, long LeastOutput = 0)
{
    /// <summary>The gateway answers by itself: no target is asked, and nothing costs. It is a request all the same, and counts as one.</summary>
    public bool IsLocal { get; init; }
}
