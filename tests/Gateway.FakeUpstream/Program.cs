using Gateway.FakeUpstream;

// dotnet Gateway.FakeUpstream.dll INVOICE_FILE [PORT]: runs until SIGTERM.
if (args.Length is 0 or > 2)
{
    await Console.Error.WriteLineAsync("usage: Gateway.FakeUpstream INVOICE_FILE [PORT]");
    return 2;
}

await using var upstream = await UpstreamServer.StartAsync(args[0], args.Length == 2 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 0);
await Console.Out.WriteLineAsync($"Listening on {upstream.Address}");
await upstream.WaitForShutdownAsync();
return 0;
