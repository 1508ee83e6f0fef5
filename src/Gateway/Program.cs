using Gateway.Commands;

return await RootCommands.Create().Parse(args).InvokeAsync();
