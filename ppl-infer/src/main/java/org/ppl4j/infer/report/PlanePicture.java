package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.knowm.xchart.XYChart;

/**
 * A part of the plane with what is there: densities as heat maps, points as dots, one over the
 * other in the order in which they are added.
 *
 * <pre>{@code
 * PlanePicture.of("spline coupling", Area.square(2.5))
 *     .density(logDensity)
 *     .points(data)
 *     .save(directory.resolve("density.png"));
 * }</pre>
 *
 * <p>Immutable: each method makes a new picture. Densities are evaluated when they are added.
 */
public final class PlanePicture implements Picture {

  private static final int CELLS = 200;

  /** How many dots are opaque; more of them shine through. */
  private static final double OPAQUE = 400;

  /** Colours of points, in the order in which they are added. */
  private static final ImmutableList<Color> COLORS =
      ImmutableList.of(new Color(0xd7301f), new Color(0x252525), new Color(0x238443));

  /** What is drawn in a rectangle that shows the area. */
  private interface Layer {
    void paint(Graphics2D graphics, Rectangle2D place);
  }

  // of a scale, in pixels: with its numbers, of its shades, beside the plane
  private static final int SCALE = 78;
  private static final int SHADES = 12;
  private static final int GAP = 10;

  /** What is written on it; an axis without a name has an empty one, as has no scale. */
  private record Words(String title, String horizontal, String vertical, String scale) {}

  private final Words words;
  private final Area area;
  private final ImmutableList<Layer> layers;
  private final int sets;
  private final double darkest; // of the density that was added last

  private PlanePicture(
      Words words, Area area, ImmutableList<Layer> layers, int sets, double darkest) {
    this.words = words;
    this.area = area;
    this.layers = layers;
    this.sets = sets;
    this.darkest = darkest;
  }

  /** An empty one. */
  public static PlanePicture of(String title, Area area) {
    Words words = new Words(requireNonNull(title, "title"), "", "", "");
    return new PlanePicture(words, requireNonNull(area, "area"), ImmutableList.of(), 0, Double.NaN);
  }

  /** With names of the axes. */
  public PlanePicture axes(String horizontal, String vertical) {
    Words named =
        new Words(
            words.title(),
            requireNonNull(horizontal, "horizontal"),
            requireNonNull(vertical, "vertical"),
            words.scale());
    return new PlanePicture(named, area, layers, sets, darkest);
  }

  /**
   * With a scale of the shades of the density that was added last.
   *
   * @param name of what it shows, e.g. {@code density}
   * @throws IllegalStateException if there is none as yet
   */
  public PlanePicture scale(String name) {
    checkState(!Double.isNaN(darkest), "picture has no density to scale; add it before");
    Words named =
        new Words(
            words.title(), words.horizontal(), words.vertical(), requireNonNull(name, "name"));
    return new PlanePicture(named, area, layers, sets, darkest);
  }

  /** With a density, of 200 × 200 cells. */
  public PlanePicture density(PlaneLogDensity density) {
    return density(density, CELLS);
  }

  /**
   * With a density, of {@code cells} × {@code cells} cells.
   *
   * @throws IllegalArgumentException if there is no cell, or the density does not return a number a
   *     point
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted meanwhile
   */
  public PlanePicture density(PlaneLogDensity density, int cells) {
    checkArgument(cells >= 1, "density has %s cells a side, but needs at least 1", cells);
    HeatMap map = HeatMap.of(area, cells, density);
    BufferedImage image = map.image();
    return with(
        (graphics, place) ->
            graphics.drawImage(
                image,
                (int) place.getX(),
                (int) place.getY(),
                (int) place.getWidth(),
                (int) place.getHeight(),
                null),
        sets,
        map.darkest());
  }

  /**
   * With points, in a colour of their own; those outside the area are not seen.
   *
   * @param points x and y in turn
   * @throws IllegalArgumentException if a number is missing
   */
  public PlanePicture points(double[] points) {
    Area.checkPoints(points);
    double[] copy = points.clone();
    Color color = COLORS.get(sets % COLORS.size());
    return with((graphics, place) -> dots(graphics, place, copy, color), sets + 1, darkest);
  }

  private PlanePicture with(Layer layer, int sets, double darkest) {
    ImmutableList<Layer> all = ImmutableList.<Layer>builder().addAll(layers).add(layer).build();
    return new PlanePicture(words, area, all, sets, darkest);
  }

  private void dots(Graphics2D graphics, Rectangle2D place, double[] points, Color color) {
    double opacity = Math.min(1, Math.max(0.15, Math.sqrt(OPAQUE * 2 / (points.length + 1.0))));
    double size = Math.max(1.5, place.getWidth() / 160);
    graphics.setColor(
        new Color(color.getRed(), color.getGreen(), color.getBlue(), (int) (255 * opacity)));
    for (int i = 0; i < points.length; i += 2) {
      double x = (points[i] - area.left()) / (area.right() - area.left());
      double y = (area.top() - points[i + 1]) / (area.top() - area.bottom());
      graphics.fill(
          new Ellipse2D.Double(
              place.getX() + x * place.getWidth() - size / 2,
              place.getY() + y * place.getHeight() - size / 2,
              size,
              size));
    }
  }

  /** In the middle of the rectangle, one unit of x about as long as one of y. */
  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    int beside = words.scale().isEmpty() ? 0 : Math.min(SCALE, width / 2);
    double shape = (area.right() - area.left()) / (area.top() - area.bottom());
    int across = beside + (int) Math.max(1, Math.min(width - beside, height * shape));
    int down = (int) Math.max(1, Math.min(height, (width - beside) / shape));
    Graphics2D middle =
        (Graphics2D) graphics.create((width - across) / 2, (height - down) / 2, across, down);
    try {
      paintAll(middle, across - beside, down);
    } finally {
      middle.dispose();
    }
  }

  private void paintAll(Graphics2D graphics, int width, int height) {
    XYChart chart =
        Charts.plane(words.title(), words.horizontal(), words.vertical(), area, width, height);
    chart.paint(graphics, width, height);
    Rectangle2D place = Charts.place(chart, area);
    Shape clip = graphics.getClip();
    graphics.clip(place);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    for (Layer layer : layers) {
      layer.paint(graphics, place);
    }
    graphics.setClip(clip);
    graphics.setColor(Charts.FRAME);
    graphics.draw(place);
    if (!words.scale().isEmpty()) {
      paintScale(graphics, place);
    }
  }

  /** From nothing at the bottom to the darkest at the top, evenly by shade. */
  private void paintScale(Graphics2D graphics, Rectangle2D place) {
    int left = (int) place.getMaxX() + GAP;
    int top = (int) place.getY();
    int height = (int) place.getHeight();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(left - GAP + 1, top - GAP, SCALE, height + 2 * GAP);
    for (int y = 0; y < height; y++) {
      graphics.setColor(new Color(HeatMap.shade(1 - (y + 0.5) / height)));
      graphics.fillRect(left, top + y, SHADES, 1);
    }
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(Charts.FRAME);
    graphics.drawRect(left, top, SHADES, height);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    graphics.setColor(Color.BLACK);
    double free = top + height + Panel.LINE;
    int widest = 0;
    for (double tick : Charts.ticks(0, darkest)) {
      double y = top + height * (1 - Math.sqrt(tick / darkest));
      if (y <= free - Panel.LINE) {
        String text = Panel.label(tick, darkest / 5);
        Panel.write(graphics, text, left + SHADES + 4, y, 0);
        widest = Math.max(widest, graphics.getFontMetrics().stringWidth(text));
        free = y;
      }
    }
    Panel.writeUpwards(
        graphics, words.scale(), left + SHADES + widest + GAP + 4, top + height / 2.0);
  }
}
