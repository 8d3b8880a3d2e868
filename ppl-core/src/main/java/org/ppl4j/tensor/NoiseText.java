package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableMap.toImmutableMap;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Noise.Sampler;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A row of noise without operands as a line: its row of the table, its place in a stream, and where
 * the stream comes from, but for seed and counter.
 *
 * <pre>{@code
 * noise NORMAL 0 purpose:PREDICT/name:y
 * }</pre>
 */
final class NoiseText {

  /** How such a line begins. */
  static final String WORD = "noise ";

  private static final String PURPOSE = "purpose";
  private static final String NAME = "name";
  private static final String INDEX = "index";

  /** What draws the rows that files hold, in a float type. */
  private static final ImmutableMap<Op, Function<FloatType, Sampler>> SAMPLERS =
      ImmutableMap.of(Op.NORMAL, type -> Samplers.NORMAL, Op.UNIFORM, Samplers::uniform);

  private static final ImmutableMap<String, Rng.Purpose> PURPOSES =
      Arrays.stream(Rng.Purpose.values()).collect(toImmutableMap(Enum::name, purpose -> purpose));

  private NoiseText() {}

  /**
   * That of a row.
   *
   * @throws NotRecordable if no file holds what draws it
   */
  static String of(Op op, Noise noise) {
    if (!SAMPLERS.containsKey(op) || noise.scans() > 0) {
      throw new NotRecordable(
          "draws of '%s' by %s, which no file holds".formatted(noise.stream(), op));
    }
    Deque<String> parts = new ArrayDeque<>();
    for (RandomStream at = noise.stream(); at != null; at = at.parent()) {
      parts.addFirst(part(at.part()));
    }
    return WORD + op + " " + noise.position() + " " + String.join("/", parts);
  }

  private static String part(Object part) {
    if (part instanceof Rng.Purpose purpose) {
      return PURPOSE + ":" + purpose;
    }
    return part instanceof Long index
        ? INDEX + ":" + index
        : NAME + ":" + URLEncoder.encode(part.toString(), UTF_8);
  }

  /**
   * The row of a line.
   *
   * @throws IllegalArgumentException saying what is wrong with it, as "has the line ..."
   */
  static Noise read(String line, FloatType type) {
    List<String> words = Splitter.on(' ').splitToList(line);
    Op op =
        SAMPLERS.keySet().stream()
            .filter(known -> words.size() == 4 && words.get(1).equals(known.name()))
            .findFirst()
            .orElse(null);
    Long position = op == null ? null : Longs.tryParse(words.get(2));
    RandomStream stream = position == null || position < 0 ? null : stream(words.get(3));
    checkArgument(
        stream != null,
        "has the line '%s' of noise, which no release writes that this one knows; save anew, or"
            + " read it with the release that wrote it",
        line);
    Rng rng = stream.rng(0, 0);
    rng.moveTo(position);
    return Noise.of(rng, SAMPLERS.get(op).apply(type));
  }

  private static @Nullable RandomStream stream(String text) {
    RandomStream stream = null;
    for (String part : Splitter.on('/').split(text)) {
      Object read = read(part);
      if (read == null || (stream == null) != (read instanceof Rng.Purpose)) {
        return null;
      }
      stream = new RandomStream(stream, read);
    }
    return stream == null || stream.parent() == null ? null : stream;
  }

  private static @Nullable Object read(String part) {
    int end = part.indexOf(':');
    String rest = part.substring(end + 1);
    return switch (part.substring(0, Math.max(0, end))) {
      case PURPOSE -> PURPOSES.get(rest);
      case NAME -> URLDecoder.decode(rest, UTF_8);
      case INDEX -> Longs.tryParse(rest);
      default -> null;
    };
  }
}
