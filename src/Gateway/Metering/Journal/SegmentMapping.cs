using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Metering.Journal;

/// <summary>A file shared into memory (MAP_SHARED): what is stored here is in the kernel's page cache at once and outlives the process.</summary>
/// <remarks>The file must have its blocks: touching a page the disk has no room for kills the process (SIGBUS). See <see cref="SegmentFiles"/>.</remarks>
internal sealed unsafe class SegmentMapping : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    public SegmentMapping(SafeFileHandle file, int length)
    {
        _file = MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _length = length;
    }

    /// <summary>Must not be used after <see cref="Dispose"/>.</summary>
    public Span<byte> Bytes => new(_start, _length);

    /// <summary>Starts the write-back that some systems do not begin for a mapping by themselves.</summary>
    public void Flush() => _view.Flush();

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        try
        {
            _view.Dispose();
        }
        catch (IOException)
        {
            // It writes back before it unmaps, and the disk refused. Whoever flushes has said so before, and nobody can wait for it now.
        }

        _file.Dispose();
    }
}
