using Gateway.Commands;
using Gateway.Upstream;

SocketCompletions.RunInline();

// The command line's own handling of SIGTERM ends the process after two seconds; Hosting.Signals lets running streams finish.
return await RootCommands.Create().Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
