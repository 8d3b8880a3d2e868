package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.diagnostics.HighestDensityInterval;

/**
 * Numbers of a posterior one below the other, each with its mean as a dot, a thick line that holds
 * half of its draws and a thin one that holds 95% (intervals of highest density, by the weights if
 * there are any), and of chains R-hat, red where they disagree, and the bulk effective size.
 * Several fits stand side by side, each in its colour.
 *
 * <pre>{@code
 * ForestPicture.of("schools", ImmutableMap.of("nuts", chains, "svi", guide), "mu", "theta")
 *     .save(folder.resolve("forest.png"));
 * }</pre>
 *
 * <p>Of {@linkplain #ofSummaries summaries}, where there are no draws, the thick line is a standard
 * deviation to either side of the mean, and the thin one goes from the 5% to the 95% quantile.
 *
 * <p>Of more than forty numbers the first forty are shown, and it is said how many are left out.
 */
public final class ForestPicture implements Picture {

  private static final int MOST_NUMBERS = 40;

  private static final double HALF = 0.5;
  private static final double MOST = 0.95;

  // pixels
  private static final int TOP = 30;
  private static final int BOTTOM = 40;
  private static final int MARGIN = 12;
  private static final int ROW = 16; // of one fit
  private static final int GAP = 6; // between numbers
  private static final int COLUMN = 58; // of R-hat and of the size
  private static final double DOT = 7;

  /** Of fits in their order: a qualitative scheme of ColorBrewer, {@code Dark2}. */
  private static final ImmutableList<Color> COLORS =
      Stream.of(0x1b9e77, 0xd95f02, 0x7570b3, 0xe7298a, 0x66a61e, 0xe6ab02, 0xa6761d)
          .map(Color::new)
          .collect(ImmutableList.toImmutableList());

  private static final Color ALONE = new Color(0x225ea8);
  private static final Color ZERO = new Color(0xc8c8c8);
  private static final Color STRIPE = new Color(0xf4f4f4);
  private static final Color BAD = new Color(0xd7301f);

  /** From a number to a greater one. */
  private record Line(double low, double high) {

    static Line of(HighestDensityInterval interval) {
      return new Line(interval.low(), interval.high());
    }

    boolean isFinite() {
      return Double.isFinite(low) && Double.isFinite(high);
    }
  }

  /**
   * What a fit says of a number.
   *
   * @param inner the thick line
   * @param outer the thin one, which is not drawn where it is not finite
   */
  private record Mark(double mean, Line inner, Line outer, double rhat, double size) {

    static Mark of(Quantity quantity, double[] weights, int chains) {
      double[] draws = quantity.draws();
      double mean = IntStream.range(0, draws.length).mapToDouble(i -> weights[i] * draws[i]).sum();
      Chains judged = chains == 0 ? null : Chains.of(quantity.chains(chains));
      return new Mark(
          mean,
          Line.of(HighestDensityInterval.of(draws, weights, HALF)),
          Line.of(HighestDensityInterval.of(draws, weights, MOST)),
          judged == null ? Double.NaN : judged.rhat(),
          judged == null ? Double.NaN : judged.bulkSize());
    }

    static Mark of(Summary.Row row) {
      return new Mark(
          row.mean(),
          new Line(row.mean() - row.sd(), row.mean() + row.sd()),
          new Line(row.q05(), row.q95()),
          row.rhat(),
          row.bulkSize());
    }

    boolean isFinite() {
      return Double.isFinite(mean) && inner.isFinite();
    }

    /** The numbers that are drawn. */
    DoubleStream numbers() {
      return DoubleStream.of(mean, inner.low(), inner.high(), outer.low(), outer.high())
          .filter(Double::isFinite);
    }
  }

  /** A fit with what it says of some of the numbers. */
  private record Fit(String name, Color color, ImmutableMap<String, Mark> marks) {

    static Fit of(String name, Color color, Samples samples, List<String> numbers) {
      Set<String> own = Set.copyOf(Quantity.names(samples));
      List<String> common = numbers.stream().filter(own::contains).toList();
      double[] weights = weights(samples);
      ImmutableMap.Builder<String, Mark> marks = ImmutableMap.builder();
      for (Quantity quantity : Quantity.of(samples, common)) {
        marks.put(quantity.name(), Mark.of(quantity, weights, samples.chains()));
      }
      return new Fit(name, color, marks.buildOrThrow());
    }

    static Fit of(String name, Color color, Summary summary, List<String> numbers) {
      ImmutableMap.Builder<String, Mark> marks = ImmutableMap.builder();
      for (String number : numbers) {
        if (summary.rows().containsKey(number)) {
          marks.put(number, Mark.of(summary.get(number)));
        }
      }
      return new Fit(name, color, marks.buildOrThrow());
    }

    boolean hasChains() {
      return marks.values().stream().anyMatch(mark -> !Double.isNaN(mark.size()));
    }

    private static double[] weights(Samples samples) {
      double[] weights = new double[Math.toIntExact(samples.draws())];
      Arrays.fill(weights, 1.0 / weights.length);
      samples.logWeights().ifPresent(logs -> Arrays.setAll(weights, i -> Math.exp(logs[i])));
      return weights;
    }
  }

  private final String title;
  private final ImmutableList<String> numbers; // those that are shown
  private final int leftOut;
  private final ImmutableList<Fit> fits;

  private ForestPicture(
      String title, ImmutableList<String> numbers, int leftOut, ImmutableList<Fit> fits) {
    this.title = title;
    this.numbers = numbers;
    this.leftOut = leftOut;
    this.fits = fits;
  }

  /**
   * Of one fit.
   *
   * @param names each of a number, as a summary has it, or of a site with all its numbers; none for
   *     all that there are
   * @throws IllegalArgumentException if there is no such number, or no number or draw at all
   */
  public static ForestPicture of(String title, Samples samples, String... names) {
    return of(title, ImmutableMap.of("", samples), names);
  }

  /**
   * Of several fits, which need not have the same numbers.
   *
   * @param fits their draws by name, in the order in which they stand
   * @param names as for one fit
   * @throws IllegalArgumentException if there is no fit, no fit has such a number, or one has no
   *     number or draw
   */
  public static ForestPicture of(String title, Map<String, Samples> fits, String... names) {
    fits.forEach(
        (name, samples) ->
            checkArgument(
                samples.draws() > 0 && !samples.names().isEmpty(),
                "fit '%s' has %s draws of %s sites, but a forest needs at least one of one",
                name,
                samples.draws(),
                samples.names().size()));
    return of(title, fits, Quantity::names, Fit::of, names);
  }

  /**
   * Of several fits of which means, standard deviations and quantiles are known, such as one that
   * was published.
   *
   * @param fits by name, in the order in which they stand; quantiles that are NaN are not drawn
   * @param names each of a number, or of a site with all its numbers; none for all that there are
   * @throws IllegalArgumentException if there is no fit, no fit has such a number, or one has none
   */
  public static ForestPicture ofSummaries(
      String title, Map<String, Summary> fits, String... names) {
    fits.forEach(
        (name, summary) ->
            checkArgument(
                !summary.rows().isEmpty(),
                "fit '%s' has a summary of no number, but a forest needs at least one",
                name));
    return of(title, fits, summary -> summary.rows().keySet(), Fit::of, names);
  }

  /** Makes a fit of what is known of it. */
  @FunctionalInterface
  private interface Fitted<T> {
    Fit of(String name, Color color, T known, List<String> numbers);
  }

  private static <T> ForestPicture of(
      String title,
      Map<String, T> fits,
      Function<T, ? extends Collection<String>> numbers,
      Fitted<T> fitted,
      String... names) {
    requireNonNull(title, "title");
    checkArgument(!fits.isEmpty(), "forest is of no fit; pass at least one");
    Set<String> all = new LinkedHashSet<>();
    fits.values().forEach(known -> all.addAll(numbers.apply(known)));
    ImmutableList<String> chosen = Quantity.chosen(all, names);
    ImmutableList<String> shown = chosen.subList(0, Math.min(chosen.size(), MOST_NUMBERS));
    ImmutableList.Builder<Fit> found = ImmutableList.builder();
    int place = 0;
    for (Map.Entry<String, T> fit : fits.entrySet()) {
      Color color = fits.size() == 1 ? ALONE : COLORS.get(place++ % COLORS.size());
      found.add(fitted.of(fit.getKey(), color, fit.getValue(), shown));
    }
    return new ForestPicture(title, shown, chosen.size() - shown.size(), found.build());
  }

  @Override
  public int width() {
    return 640;
  }

  @Override
  public int height() {
    return top() + numbers.size() * (fits.size() * ROW + GAP) + BOTTOM;
  }

  /** The room above the numbers: for the title, the names of several fits, heads of columns. */
  private int top() {
    return fits.size() > 1 ? TOP + Panel.LINE : TOP;
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    Panel.clear(graphics, width, height);
    Font small = graphics.getFont();
    graphics.setFont(small.deriveFont(14f));
    graphics.setColor(Color.BLACK);
    Panel.write(graphics, title, width / 2.0, 13, 0.5);
    graphics.setFont(small);
    if (leftOut > 0) {
      String text = String.format(Locale.ROOT, "%,d more numbers are left out", leftOut);
      Panel.write(graphics, text, width / 2.0, height - 10, 0.5);
    }
    boolean hasChains = fits.stream().anyMatch(Fit::hasChains);
    int names = numbers.stream().mapToInt(graphics.getFontMetrics()::stringWidth).max().orElse(0);
    int left = MARGIN + Math.min(names, width / 3) + 8;
    int right = MARGIN + (hasChains ? 2 * COLUMN : 0);
    Rectangle2D place =
        new Rectangle2D.Double(
            left, top(), Math.max(1, width - left - right), Math.max(1, height - top() - BOTTOM));
    if (fits.size() > 1) {
      writeNames(graphics, place);
    }
    if (hasChains) {
      graphics.setColor(Color.BLACK);
      Panel.write(graphics, "R-hat", place.getMaxX() + COLUMN, top() - 8, 1);
      Panel.write(graphics, "ESS", place.getMaxX() + 2 * COLUMN, top() - 8, 1);
    }
    paintNumbers(graphics, place);
  }

  /** The names of the fits, side by side. */
  private void writeNames(Graphics2D graphics, Rectangle2D place) {
    double x = place.getX();
    for (Fit fit : fits) {
      graphics.setColor(fit.color());
      Panel.write(graphics, fit.name(), x, top() - 8, 0);
      x += graphics.getFontMetrics().stringWidth(fit.name()) + MARGIN;
    }
  }

  private void paintNumbers(Graphics2D graphics, Rectangle2D place) {
    Area area = area();
    Panel panel = new Panel(graphics, place, area);
    double slot = place.getHeight() / numbers.size();
    for (int i = 0; i < numbers.size(); i++) {
      double top = place.getY() + i * slot;
      if (i % 2 == 0) {
        graphics.setColor(STRIPE);
        graphics.fill(new Rectangle2D.Double(place.getX(), top, place.getWidth(), slot));
      }
      graphics.setColor(Color.BLACK);
      Panel.write(graphics, numbers.get(i), place.getX() - 8, top + slot / 2, 1);
    }
    if (area.left() < 0 && area.right() > 0) {
      graphics.setColor(ZERO);
      panel.line(0, 0, 0, numbers.size(), 1);
    }
    for (int i = 0; i < numbers.size(); i++) {
      for (int f = 0; f < fits.size(); f++) {
        Mark mark = fits.get(f).marks().get(numbers.get(i));
        if (mark != null) {
          double share = 0.1 + 0.8 * (f + 0.5) / fits.size(); // of the slot, from its top
          graphics.setColor(fits.get(f).color());
          paint(graphics, panel, mark, numbers.size() - i - share);
          write(graphics, mark, place.getMaxX(), place.getY() + (i + share) * slot);
        }
      }
    }
    panel.frame();
    panel.labelsBelow();
  }

  private static void paint(Graphics2D graphics, Panel panel, Mark mark, double y) {
    if (mark.isFinite()) {
      if (mark.outer().isFinite()) {
        panel.line(mark.outer().low(), y, mark.outer().high(), y, 1.4);
      }
      panel.line(mark.inner().low(), y, mark.inner().high(), y, 4.5);
      graphics.setColor(graphics.getColor().darker());
      panel.dot(mark.mean(), y, DOT);
    }
  }

  /** What is beside the lines; where there are none, that draws are not finite. */
  private static void write(Graphics2D graphics, Mark mark, double x, double y) {
    graphics.setColor(Color.BLACK);
    if (!mark.isFinite()) {
      Panel.write(graphics, "not finite", x - MARGIN, y, 1);
    }
    if (!Double.isNaN(mark.size())) {
      Panel.write(graphics, String.format(Locale.ROOT, "%,.0f", mark.size()), x + 2 * COLUMN, y, 1);
      graphics.setColor(mark.rhat() > Chains.LARGEST_RHAT ? BAD : Color.BLACK);
      Panel.write(graphics, String.format(Locale.ROOT, "%.3f", mark.rhat()), x + COLUMN, y, 1);
    }
  }

  /** From the least to the greatest number that is drawn; a unit of height for each number. */
  private Area area() {
    double[] drawn =
        fits.stream()
            .flatMap(fit -> fit.marks().values().stream())
            .filter(Mark::isFinite)
            .flatMapToDouble(Mark::numbers)
            .toArray();
    Area around =
        drawn.length == 0
            ? Area.square(1)
            : Area.around(new double[] {Doubles.min(drawn), 0, Doubles.max(drawn), 0});
    return new Area(around.left(), around.right(), 0, numbers.size());
  }
}
