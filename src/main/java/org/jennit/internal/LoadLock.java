package org.jennit.internal;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;

/**
 * Lets one process at a time unpack and load the native libraries. JavaCPP locks each file while it
 * unpacks it, but a library that is loaded meanwhile takes its neighbours as it finds them, half
 * written or not, which ends the process.
 */
final class LoadLock implements AutoCloseable {
  // Null where nothing can be written: then nothing is unpacked either.
  private final FileChannel channel;

  private LoadLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for other processes that load into the same folder. */
  static LoadLock take() {
    try {
      File file = new File(Loader.getCacheDir(), ".jennit-lock");
      return new LoadLock(locked(file));
    } catch (IOException e) {
      return new LoadLock(null);
    }
  }

  private static FileChannel locked(File file) throws IOException {
    FileChannel channel =
        FileChannel.open(file.toPath(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
  }
}
