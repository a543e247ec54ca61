using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KMeans.Input;

/// <summary>Blocks of files that are read around the page cache, by threads of their own, before they are asked for.</summary>
/// <remarks>
/// For inputs larger than memory: there the page cache keeps nothing that is read again, and entering every page into it costs more processor time than copying it. Blocks are named by
/// <see cref="ByteSource.Prefetch"/>, loaded in that order, and given up again for later ones, the least recently read first. Whatever is not here is read as usual, so nothing depends on it
/// but time. Memory is bounded by the capacity. Thread-safe.
/// </remarks>
internal sealed unsafe partial class DirectBlocks : IDisposable
{
    /// <summary>Bytes of a block: large enough for a disk's full rate with few requests at a time.</summary>
    public const int BlockBytes = 1 << 20;

    /// <summary>Two requests at a time: one alone got 1.2 GB/s from a disk that gives two 1.7.</summary>
    private const int LoaderCount = 2;

    private const long LeastBytes = 16L * BlockBytes;

    /// <summary>Three partitions of 26 MB: one that is computed with, one that comes next, one that ends or begins in the same row group.</summary>
    private const long MostBytesPerThread = 80L * BlockBytes;

    /// <summary>What a direct read must be aligned to, in memory and in the file, on every disk.</summary>
    private const int Alignment = 4096;

    private readonly object gate = new();
    private readonly Dictionary<(LocalByteSource Source, long Index), Block> blocks = [];
    private readonly Queue<Block> waiting = [];
    private readonly Thread[] loaders = new Thread[LoaderCount];
    private readonly int most;
    private long clock;
    private bool stopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="capacityBytes">The most memory; at least one block.</param>
    public DirectBlocks(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBytes, BlockBytes);
        most = (int)(capacityBytes / BlockBytes);
        for (var i = 0; i < LoaderCount; i++)
        {
            loaders[i] = new Thread(Load) { IsBackground = true, Name = $"k-means reader {i}" };
            loaders[i].UnsafeStart();
        }
    }

    private enum State
    {
        Waiting,
        Ready,
        Failed,
    }

    /// <summary>Bytes loaded so far.</summary>
    public long LoadedBytes { get; private set; }

    /// <summary>Whether this system has such reads.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Blocks for the partitions of an input, where reading around the page cache pays: on Linux, for an input that memory cannot hold, unless memory is limited.</summary>
    /// <param name="input">The input.</param>
    /// <param name="threadCount">Threads that take its partitions.</param>
    /// <param name="memoryLimitBytes">What the user allows, or null.</param>
    /// <returns>The blocks, or null.</returns>
    public static DirectBlocks? For(InputSet input, int threadCount, long? memoryLimitBytes)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var most = Math.Min(MostBytesPerThread * threadCount, memory / 8);
        if (!IsSupported || memoryLimitBytes is not null || input.TotalBytes <= memory || most < LeastBytes)
        {
            return null;
        }

        // Those that threads have begun, those named ahead, and as a row group's bytes serve two partitions, two more.
        var partitions = ((1 + ReadAhead.PartitionsPerThread) * threadCount) + 2;
        var bytes = input.TotalBytes / input.Partitions.Count * partitions;
        return new DirectBlocks(Math.Clamp(bytes, LeastBytes, most));
    }

    /// <summary>Asks for bytes. Returns at once; what there is no room for is left out.</summary>
    /// <param name="source">The file.</param>
    /// <param name="offset">Within it.</param>
    /// <param name="length">How many.</param>
    /// <returns>False where they are too few for a block: then whole blocks would be read for their sake.</returns>
    public bool Request(LocalByteSource source, long offset, long length)
    {
        if (length < BlockBytes / 2)
        {
            return false;
        }

        lock (gate)
        {
            for (var index = offset / BlockBytes; index * BlockBytes < offset + length && !stopping; index++)
            {
                if (!blocks.ContainsKey((source, index)) && Room() is { } block)
                {
                    (block.Source, block.Index, block.State, block.WasRead, block.Stamp) = (source, index, State.Waiting, false, clock++);
                    blocks.Add((source, index), block);
                    waiting.Enqueue(block);
                }
            }

            Monitor.PulseAll(gate);
        }

        return true;
    }

    /// <summary>Reads from a block that was asked for, and waits where it is on its way.</summary>
    /// <param name="source">The file.</param>
    /// <param name="offset">Within it.</param>
    /// <param name="buffer">Out.</param>
    /// <param name="read">Bytes read, at least 1, up to the end of the block.</param>
    /// <returns>False where the block is not here.</returns>
    public bool TryRead(LocalByteSource source, long offset, Span<byte> buffer, out int read)
    {
        read = 0;
        Block? block;
        lock (gate)
        {
            if (!blocks.TryGetValue((source, offset / BlockBytes), out block))
            {
                return false;
            }

            block.Readers++;
            while (block.State == State.Waiting && !stopping)
            {
                Monitor.Wait(gate);
            }
        }

        var start = (int)(offset % BlockBytes);
        if (block.State == State.Ready && start < block.Length)
        {
            read = Math.Min(buffer.Length, block.Length - start);
            new ReadOnlySpan<byte>(block.Memory + start, read).CopyTo(buffer);
        }

        lock (gate)
        {
            block.Readers--;
            block.WasRead = true;
            block.Stamp = clock++;
        }

        return read > 0;
    }

    /// <summary>Ends the threads and frees the memory. Nobody reads any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        foreach (var loader in loaders)
        {
            loader.Join();
        }

        foreach (var block in blocks.Values)
        {
            NativeMemory.AlignedFree(block.Memory);
        }

        blocks.Clear();
    }

    /// <summary>Opens a file for reading around the page cache.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The handle, or null where the file system has no such reads.</returns>
    internal static SafeFileHandle? OpenDirect(string path)
    {
        const int closeOnExec = 0x80000;
        var direct = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;
        var descriptor = IsSupported ? Open(path, closeOnExec | direct) : -1;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    /// <summary>A block for new content: a fresh one, or the least recently read of those that were read; null where all are still to be read.</summary>
    private Block? Room()
    {
        if (blocks.Count < most)
        {
            return new Block((byte*)NativeMemory.AlignedAlloc(BlockBytes, Alignment));
        }

        Block? oldest = null;
        foreach (var block in blocks.Values)
        {
            if (block.WasRead && block.Readers == 0 && (oldest is null || block.Stamp < oldest.Stamp))
            {
                oldest = block;
            }
        }

        if (oldest is not null)
        {
            blocks.Remove((oldest.Source!, oldest.Index));
        }

        return oldest;
    }

    private void Load()
    {
        while (true)
        {
            Block block;
            lock (gate)
            {
                while (waiting.Count == 0 && !stopping)
                {
                    Monitor.Wait(gate);
                }

                if (stopping)
                {
                    return;
                }

                block = waiting.Dequeue();
            }

            var length = ReadBlock(block);
            lock (gate)
            {
                block.Length = Math.Max(length, 0);
                block.State = length > 0 ? State.Ready : State.Failed;
                block.WasRead |= length <= 0;
                LoadedBytes += block.Length;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Fills a block.</summary>
    /// <returns>Its bytes; fewer at the file's end, none or -1 where it cannot be read like this.</returns>
    private static int ReadBlock(Block block)
    {
        if (block.Source!.DirectHandle is not { } handle)
        {
            return -1;
        }

        try
        {
            // A short read ends at the file's end, as a rule; the rest is then read as usual.
            return RandomAccess.Read(handle, new Span<byte>(block.Memory, BlockBytes), block.Index * BlockBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
        {
            return -1;
        }
    }

    private sealed class Block(byte* memory)
    {
        public byte* Memory { get; } = memory;

        public LocalByteSource? Source { get; set; }

        public long Index { get; set; }

        public State State { get; set; }

        public int Length { get; set; }

        public int Readers { get; set; }

        public bool WasRead { get; set; }

        public long Stamp { get; set; }
    }
}
