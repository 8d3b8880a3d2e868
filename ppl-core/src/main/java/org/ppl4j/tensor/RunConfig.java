package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.ppl4j.tensor.internal.engine.NativeLibrary;

/**
 * The settings of a run: one value, an argument of every builder.
 *
 * @param seed the seed of all noise
 * @param floatType the float type of all tensors
 * @param device where all tensors live
 * @param validation when programs are checked
 * @param threads threads inside one engine operation, at least 1; more than 1 helps operations on
 *     more than about 100,000 elements and hurts all others
 * @param recording whether programs are recorded
 */
public record RunConfig(
    long seed,
    FloatType floatType,
    Device device,
    Validation validation,
    int threads,
    Recording recording) {

  private static final RunConfig DEFAULTS =
      new RunConfig(
          0, FloatType.FLOAT64, Device.cpu(), Validation.FIRST_RUN, 1, Recording.WHERE_POSSIBLE);

  /**
   * A setting of all six.
   *
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public RunConfig {
    requireNonNull(floatType, "floatType");
    requireNonNull(device, "device");
    requireNonNull(validation, "validation");
    requireNonNull(recording, "recording");
    checkArgument(
        threads >= 1, "run configuration has threads %s, but needs at least 1; pass 1", threads);
  }

  /**
   * Seed 0, float64, on the CPU, programs checked at their first run, one thread an operation,
   * recorded where possible.
   */
  public static RunConfig defaults() {
    return DEFAULTS;
  }

  /**
   * A new manager of arrays on this device, which the caller closes.
   *
   * @throws IllegalStateException if the engine has no native library; it names the dependency that
   *     brings it
   */
  public NDManager newManager() {
    NativeLibrary.load();
    return NDManager.newBaseManager(device);
  }

  /** These settings with another seed. */
  public RunConfig withSeed(long seed) {
    return new RunConfig(seed, floatType, device, validation, threads, recording);
  }

  /** These settings with another float type. */
  public RunConfig withFloatType(FloatType floatType) {
    return new RunConfig(seed, floatType, device, validation, threads, recording);
  }

  /** These settings on another device. */
  public RunConfig withDevice(Device device) {
    return new RunConfig(seed, floatType, device, validation, threads, recording);
  }

  /** These settings with programs checked at other times. */
  public RunConfig withValidation(Validation validation) {
    return new RunConfig(seed, floatType, device, validation, threads, recording);
  }

  /** These settings with another number of threads inside one operation. */
  public RunConfig withThreads(int threads) {
    return new RunConfig(seed, floatType, device, validation, threads, recording);
  }

  /** These settings with programs recorded or not. */
  public RunConfig withRecording(Recording recording) {
    return new RunConfig(seed, floatType, device, validation, threads, recording);
  }

  /** As a line of text with the version of its form, for files; {@link #of} is the way back. */
  public String text() {
    return RunConfigText.of(this);
  }

  /**
   * The settings that {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is another text, of another version, or has something
   *     that this release does not know
   */
  public static RunConfig of(String text) {
    return RunConfigText.read(text);
  }
}
