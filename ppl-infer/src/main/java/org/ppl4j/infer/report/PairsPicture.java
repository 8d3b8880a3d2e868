package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.mcmc.Iterations;

/**
 * Draws of several numbers, each against each other as dots, with histograms on the diagonal.
 * Trajectories that diverged are red: where they crowd, the posterior is too narrow for the steps.
 *
 * <pre>{@code
 * PairsPicture.of("schools", run.samples(), "mu", "log_tau", "theta[1]")
 *     .divergent(run.iterations())
 *     .save(folder.resolve("pairs.png"));
 * }</pre>
 *
 * <p>Of more than eight numbers the first eight are shown, of many draws as many as can be told
 * apart, equally far apart, but all that diverged. Draws that are not finite in a number that is
 * shown are left out. What is left out is said under the title.
 *
 * <p>Immutable: each method makes a new picture.
 */
public final class PairsPicture implements Picture {

  private static final int MOST_NUMBERS = 8;
  private static final int MOST_DOTS = 4000;
  private static final int BINS = 30;

  // pixels
  private static final int SIDE = 140; // of a panel
  private static final int GAP = 6;
  private static final int LEFT = 70;
  private static final int TOP = 44;
  private static final int BOTTOM = 40;
  private static final int RIGHT = 14;
  private static final double DOT = 2.2;

  private static final Color DRAWS = new Color(0x22, 0x5e, 0xa8, 90);
  private static final Color BARS = new Color(0x7fb0d8);
  private static final Color DIVERGENT = new Color(0xd7301f);

  private final String title;
  private final ImmutableList<Quantity> quantities;
  private final int numbers; // with those that are left out
  private final int[] finite; // the draws that can be shown
  private final int divergent; // how many
  private final int[] dots; // of the finite ones
  private final int[] red;

  private PairsPicture(
      String title,
      ImmutableList<Quantity> quantities,
      int numbers,
      int[] finite,
      ImmutableIntArray divergent) {
    this.title = title;
    this.quantities = quantities;
    this.numbers = numbers;
    this.finite = finite;
    this.divergent = divergent.length();
    Set<Integer> marked = Set.copyOf(divergent.asList());
    this.dots = spread(Arrays.stream(finite).filter(i -> !marked.contains(i)).toArray());
    this.red = Arrays.stream(finite).filter(marked::contains).toArray();
  }

  /** As many as are drawn at most, equally far apart. */
  private static int[] spread(int[] draws) {
    int count = Math.min(draws.length, MOST_DOTS);
    return IntStream.range(0, count)
        .map(i -> draws[(int) ((long) i * draws.length / count)])
        .toArray();
  }

  /**
   * Of numbers of these draws.
   *
   * @param names each of a number, as a summary has it, or of a site with all its numbers; none for
   *     all that there are
   * @throws IllegalArgumentException if there is no such number, no number or draw at all, or the
   *     draws have weights
   */
  public static PairsPicture of(String title, Samples samples, String... names) {
    requireNonNull(title, "title");
    checkArgument(
        samples.logWeights().isEmpty(),
        "samples have weights, which dots cannot show; resample them before");
    ImmutableList<String> all = Quantity.chosen(Quantity.names(samples), names);
    checkArgument(
        !all.isEmpty() && samples.draws() > 0,
        "samples have %s draws of %s numbers, but pairs need at least one of one",
        samples.draws(),
        all.size());
    ImmutableList<Quantity> shown =
        Quantity.of(samples, all.subList(0, Math.min(all.size(), MOST_NUMBERS)));
    int[] finite =
        IntStream.range(0, Math.toIntExact(samples.draws()))
            .filter(i -> shown.stream().allMatch(each -> Double.isFinite(each.draws()[i])))
            .toArray();
    return new PairsPicture(title, shown, all.size(), finite, ImmutableIntArray.of());
  }

  /**
   * With the draws whose trajectories diverged.
   *
   * @param iterations that made the draws
   * @throws IllegalArgumentException if there are not as many, or they do not say what diverged
   */
  public PairsPicture divergent(Iterations iterations) {
    int draws = quantities.get(0).draws().length;
    checkArgument(
        iterations.draws() == draws,
        "picture is of %s draws, but %s iterations are given; pass those that made the draws",
        draws,
        iterations.draws());
    return new PairsPicture(title, quantities, numbers, finite, iterations.divergent());
  }

  @Override
  public int width() {
    return Math.max(480, LEFT + RIGHT + quantities.size() * (SIDE + GAP));
  }

  @Override
  public int height() {
    return width() + TOP + BOTTOM - LEFT - RIGHT;
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    Panel.clear(graphics, width, height);
    graphics.setColor(Color.BLACK);
    Panel.write(graphics, notes(), width / 2.0, TOP - 14, 0.5);
    Font small = graphics.getFont();
    graphics.setFont(small.deriveFont(14f));
    Panel.write(graphics, title, width / 2.0, 14, 0.5);
    graphics.setFont(small);
    int count = quantities.size();
    double across = (double) (width - LEFT - RIGHT - GAP * (count - 1)) / count;
    double down = (double) (height - TOP - BOTTOM - GAP * (count - 1)) / count;
    for (int row = 0; row < count; row++) {
      for (int column = 0; column <= row; column++) {
        Rectangle2D place =
            new Rectangle2D.Double(
                LEFT + column * (across + GAP), TOP + row * (down + GAP), across, down);
        paint(graphics, place, row, column);
      }
      graphics.setColor(Color.BLACK);
      String name = quantities.get(row).name();
      Panel.writeUpwards(graphics, name, 10, TOP + row * (down + GAP) + down / 2);
      Panel.write(graphics, name, LEFT + row * (across + GAP) + across / 2, height - 10, 0.5);
    }
  }

  private void paint(Graphics2D graphics, Rectangle2D place, int row, int column) {
    double[] x = quantities.get(column).draws();
    double[] y = quantities.get(row).draws();
    Area area = area(x, y);
    Shape clip = graphics.getClip();
    graphics.clip(place);
    Panel panel;
    if (row == column) {
      Histogram histogram =
          Histogram.of(
              Arrays.stream(finite).mapToDouble(i -> x[i]).toArray(),
              area.left(),
              area.right(),
              BINS);
      Area bars = new Area(area.left(), area.right(), 0, 1.05 * histogram.most());
      panel = new Panel(graphics, place, bars);
      graphics.setColor(BARS);
      panel.bars(histogram);
    } else {
      panel = new Panel(graphics, place, area);
      graphics.setColor(DRAWS);
      dots(panel, x, y, dots, DOT);
      graphics.setColor(DIVERGENT);
      dots(panel, x, y, red, 2 * DOT);
    }
    graphics.setClip(clip);
    panel.frame();
    if (row == quantities.size() - 1) {
      panel.labelsBelow();
    }
    if (column == 0 && row > 0) {
      panel.labelsLeft();
    }
  }

  private static void dots(Panel panel, double[] x, double[] y, int[] chosen, double size) {
    for (int i : chosen) {
      panel.dot(x[i], y[i], size);
    }
  }

  /** What is shown of two numbers. */
  private Area area(double[] x, double[] y) {
    if (finite.length == 0) {
      return Area.square(1);
    }
    double[] points = new double[2 * finite.length];
    for (int i = 0; i < finite.length; i++) {
      points[2 * i] = x[finite[i]];
      points[2 * i + 1] = y[finite[i]];
    }
    return Area.around(points);
  }

  /** What is shown, and what is not. */
  String notes() {
    int draws = quantities.get(0).draws().length;
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%,d draws", draws));
    if (divergent > 0) {
      text.append(String.format(Locale.ROOT, ", %,d of which diverged (red)", divergent));
    }
    if (finite.length < draws) {
      text.append(
          String.format(
              Locale.ROOT, ", %,d that are not finite are left out", draws - finite.length));
    }
    if (quantities.size() < numbers) {
      text.append(
          String.format(
              Locale.ROOT, "; %,d more numbers are left out", numbers - quantities.size()));
    }
    return text.toString();
  }
}
