using System.Buffers;
using System.IO.Pipelines;
using Gateway.Config;
using Gateway.Reply;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reply;

/// <summary>When a stream that is held back has been held back for long enough.</summary>
public sealed class HeldWriterTests
{
    private static readonly PreCommitConfig Window = new() { Bytes = 10, Time = TimeSpan.FromSeconds(1) };

    private readonly ManualTimers _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Where_nothing_is_held_there_is_nothing_to_give_though_the_window_is_over()
    {
        using var held = new HeldWriter(PipeWriter.Create(new MemoryStream()), Window, _time);
        held.Begin();

        _time.Advance(2 * Window.Time);

        (held.IsEmpty, held.IsDue, held.Left).Should().Be((true, false, TimeSpan.Zero));
        held.Write("word"u8);
        (held.IsEmpty, held.IsDue).Should().Be((false, true));
    }

    [Fact]
    public void What_is_held_is_due_by_its_bytes_or_by_its_time()
    {
        using var held = new HeldWriter(PipeWriter.Create(new MemoryStream()), Window, _time);
        held.Begin();

        held.Write("word"u8);
        held.IsDue.Should().BeFalse();
        held.Write(" and more"u8);

        held.IsDue.Should().BeTrue();
    }
}
