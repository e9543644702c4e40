package org.jennit.nn;

/** Interleaves the channels of {@code groups} groups, (N, C, ...) to the same. */
public final class ChannelShuffle extends Layer {

  public ChannelShuffle(long groups) {
    super("ChannelShuffle", new Arguments().put("groups", groups));
  }

  ChannelShuffle(Handle handle) {
    super(handle);
  }
}
