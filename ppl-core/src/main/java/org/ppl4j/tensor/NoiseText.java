package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableMap.toImmutableMap;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Enums;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Noise.Sampler;
import org.ppl4j.tensor.internal.graph.GraphText;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A row of noise as a line: its row of the table, of categories with their number, its place in a
 * stream, and where the stream comes from, but for seed and counter. Those without operands are
 * inputs of a graph, others are computed in it.
 *
 * <pre>{@code
 * noise NORMAL 0 purpose:PREDICT/name:y
 * draws CATEGORICAL(3) 0 purpose:PREDICT/name:z
 * }</pre>
 */
final class NoiseText {

  /** How the line of an input begins. */
  static final String NOISE = "noise ";

  /** How that of a row with operands begins. */
  static final String DRAWS = "draws ";

  private static final Pattern ROW = Pattern.compile("([A-Z_]+)(?:\\(([1-9][0-9]{0,8})\\))?");

  private static final String PURPOSE = "purpose";
  private static final String NAME = "name";
  private static final String INDEX = "index";

  /** What draws the rows of numbers that files hold. */
  private static final ImmutableMap<Op, Sampler> SAMPLERS =
      ImmutableMap.of(
          Op.NORMAL, Samplers.NORMAL,
          Op.LOG_GAMMA, Samplers.LOG_GAMMA,
          Op.VON_MISES, Samplers.VON_MISES,
          Op.POISSON, Samplers.POISSON,
          Op.BINOMIAL, Samplers.BINOMIAL,
          Op.BERNOULLI, Samplers.BERNOULLI,
          Op.MULTINOMIAL, Samplers.MULTINOMIAL);

  private static final ImmutableMap<String, Rng.Purpose> PURPOSES =
      Arrays.stream(Rng.Purpose.values()).collect(toImmutableMap(Enum::name, purpose -> purpose));

  private NoiseText() {}

  /**
   * That of a row.
   *
   * @param word how it begins
   * @param categories of a categorical
   * @throws NotRecordable if no file holds what draws it
   */
  static String of(String word, Op op, int categories, Noise noise) {
    boolean isKnown = op == Op.UNIFORM || op == Op.CATEGORICAL || SAMPLERS.containsKey(op);
    if (!isKnown || noise.scans() > 0) {
      throw new NotRecordable(
          "draws of '%s' by %s, which no file holds".formatted(noise.stream(), op));
    }
    Deque<String> parts = new ArrayDeque<>();
    for (RandomStream at = noise.stream(); at != null; at = at.parent()) {
      parts.addFirst(part(at.part()));
    }
    String row = op == Op.CATEGORICAL ? op + "(" + categories + ")" : op.name();
    return word + row + " " + noise.position() + " " + String.join("/", parts);
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
   * What a line has.
   *
   * @param width as {@link GraphText.Kernel} has it
   */
  record Read(Op op, int width, Noise noise) {}

  /**
   * The row of a line.
   *
   * @throws IllegalArgumentException saying what is wrong with it, as "has the line ..."
   */
  static Read read(String line, FloatType type) {
    List<String> words = Splitter.on(' ').splitToList(line);
    Matcher row = ROW.matcher(words.size() == 4 ? words.get(1) : "");
    Read read = row.matches() ? read(row, type, words.get(2), words.get(3)) : null;
    checkArgument(
        read != null,
        "has the line '%s' of noise, which no release writes that this one knows; save anew, or"
            + " read it with the release that wrote it",
        line);
    return read;
  }

  private static @Nullable Read read(Matcher row, FloatType type, String position, String from) {
    Long place = Longs.tryParse(position);
    RandomStream stream = stream(from);
    if (place == null || place < 0 || stream == null) {
      return null;
    }
    Rng rng = stream.rng(0, 0);
    rng.moveTo(place);
    Op op = Enums.getIfPresent(Op.class, row.group(1)).orNull();
    String count = row.group(2);
    if (op == null || (op == Op.CATEGORICAL) != (count != null)) {
      return null;
    }
    int categories = count == null ? 1 : Integer.parseInt(count);
    if (op == Op.CATEGORICAL) {
      return new Read(op, categories, Noise.whole(rng, Samplers.categorical(categories)));
    }
    Sampler sampler = op == Op.UNIFORM ? Samplers.uniform(type) : SAMPLERS.get(op);
    int operands = op == Op.BINOMIAL || op == Op.MULTINOMIAL ? 2 : 1;
    return sampler == null ? null : new Read(op, operands, Noise.of(rng, sampler));
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
