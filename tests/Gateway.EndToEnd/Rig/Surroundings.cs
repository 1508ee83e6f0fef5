namespace Gateway.EndToEnd.Rig;

/// <summary>What a program is started in, where it shall not see the machine as the test does.</summary>
/// <param name="Command">Stands before the program and its arguments, and becomes it: the process id is the program's.</param>
/// <param name="Connect">How its clients get to it; null: as ever.</param>
public sealed record Surroundings(IReadOnlyList<string> Command, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect = null);
