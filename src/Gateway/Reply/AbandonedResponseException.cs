namespace Gateway.Reply;

/// <summary>
/// Leaves a response without its end. Kestrel then closes the connection with everything sent but the terminating chunk, so that a client that does not look at events
/// still sees that the answer is incomplete; returning would end it properly, aborting would throw away the error event. Not logged as an error.
/// </summary>
internal sealed class AbandonedResponseException() : Exception("the response was cut on purpose: its stream failed");
