package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import com.google.common.base.Enums;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of a run as a line, whose first word is the version of its form:
 *
 * <pre>{@code
 * run/1 seed=7 floatType=FLOAT64 device=gpu0 validation=OFF threads=1 recording=REQUIRED
 * }</pre>
 */
final class RunConfigText {

  private static final Pattern FORM =
      Pattern.compile(
          "run/1 seed=(-?[0-9]{1,19}) floatType=([A-Z0-9_]+) device=(cpu|gpu[0-9]{1,4})"
              + " validation=([A-Z_]+) threads=([0-9]{1,6}) recording=([A-Z_]+)");

  private static final String GPU = "gpu";

  private final String text;

  private RunConfigText(String text) {
    this.text = text;
  }

  static String of(RunConfig config) {
    Device device = config.device();
    return "run/1 seed=%s floatType=%s device=%s validation=%s threads=%s recording=%s"
        .formatted(
            config.seed(),
            config.floatType(),
            device.isGpu() ? GPU + device.getDeviceId() : "cpu",
            config.validation(),
            config.threads(),
            config.recording());
  }

  static RunConfig read(String text) {
    return new RunConfigText(text).config();
  }

  private RunConfig config() {
    Matcher found = FORM.matcher(text);
    checkArgument(
        found.matches(),
        "'%s' has no settings of a run that this release reads; pass what config.text() of it"
            + " wrote, such as '%s'",
        text,
        of(RunConfig.defaults()));
    String device = found.group(3);
    return new RunConfig(
        seed(found.group(1)),
        constant(FloatType.class, found.group(2)),
        device.startsWith(GPU)
            ? Device.gpu(Integer.parseInt(device.substring(GPU.length())))
            : Device.cpu(),
        constant(Validation.class, found.group(4)),
        Integer.parseInt(found.group(5)),
        constant(Recording.class, found.group(6)));
  }

  private long seed(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' has seed %s, which is beyond 64 bits; pass what config.text() wrote"
              .formatted(text, digits),
          e);
    }
  }

  private <E extends Enum<E>> E constant(Class<E> of, String name) {
    E constant = Enums.getIfPresent(of, name).orNull();
    checkArgument(
        constant != null,
        "'%s' has '%s' for %s, which this release does not know; pass what config.text() of it"
            + " wrote",
        text,
        name,
        of.getSimpleName());
    return constant;
  }
}
