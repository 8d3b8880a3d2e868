package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.mcmc.Iterations;

/** Pictures of chains are read back. */
class ChainPictureTest {

  @TempDir private Path folder;

  /** Two chains of pairs of numbers; of the second number one chain lies higher by a shift. */
  private static Samples chains(double shift) {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = new double[2 * 2000];
    for (int i = 0; i < values.length; i++) {
      boolean isShifted = i % 2 == 1 && i >= values.length / 2;
      values[i] = random.nextGaussian() + (isShifted ? shift : 0);
    }
    NDManager manager = NDManager.newBaseManager();
    return Samples.ofChains(manager, Map.of("w", manager.create(values, new Shape(2000, 2))), 2);
  }

  private BufferedImage drawn(Picture picture) throws Exception {
    Path file = folder.resolve("picture.png");
    picture.save(file, 400, 400);
    return ImageIO.read(file.toFile());
  }

  /** How many pixels of a part of the plot are coloured: red, green and blue are not alike. */
  private static int coloured(BufferedImage image, int from, int to, int top, int bottom) {
    int count = 0;
    for (int i = from; i < to; i++) {
      for (int j = top; j < bottom; j++) {
        Color color = new Color(image.getRGB(i, j));
        int max = Math.max(color.getRed(), Math.max(color.getGreen(), color.getBlue()));
        int min = Math.min(color.getRed(), Math.min(color.getGreen(), color.getBlue()));
        count += max - min > 60 ? 1 : 0;
      }
    }
    return count;
  }

  /** The mean height of the first chain's colour, 0 at the top, in a part of the plot. */
  private static double height(BufferedImage image, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      for (int j = 25; j < 250; j++) {
        Color color = new Color(image.getRGB(i, j));
        if (color.getBlue() > color.getGreen() + 60 && color.getRed() > color.getGreen() + 10) {
          sum += j;
          count++;
        }
      }
    }
    assertThat(count).isPositive();
    return sum / count;
  }

  /** The first chain has the low ranks if the other lies higher, and as many of all if not. */
  @Test
  void ranksOfChainsThatDisagreeCross() throws Exception {
    try (Samples samples = chains(2)) {
      BufferedImage apart = drawn(ChainPicture.ranks("apart", samples, "w[2]"));
      BufferedImage alike = drawn(ChainPicture.ranks("alike", samples, "w[1]"));

      assertThat(height(apart, 60, 140)).isLessThan(height(apart, 310, 390) - 100);
      assertThat(Math.abs(height(alike, 60, 140) - height(alike, 310, 390))).isLessThan(40);
    }
  }

  @Test
  void tracesAreDrawnOverIterations() throws Exception {
    try (Samples samples = chains(50)) {
      BufferedImage image = drawn(ChainPicture.trace("apart", samples, "w[2]"));

      // One chain along the bottom, the other along the top, nothing between.
      assertThat(coloured(image, 100, 380, 25, 100)).isGreaterThan(500);
      assertThat(coloured(image, 100, 380, 250, 330)).isGreaterThan(500);
      assertThat(coloured(image, 100, 380, 120, 230)).isZero();
    }
  }

  private static Iterations energies(double kept, int chains) {
    SplittableRandom random = new SplittableRandom(3);
    double[] energies = new double[4000];
    for (int i = 1; i < energies.length; i++) {
      energies[i] = kept * energies[i - 1] + Math.sqrt(1 - kept * kept) * random.nextGaussian();
    }
    return Iterations.of(Map.of("energy__", ImmutableDoubleArray.copyOf(energies)), chains);
  }

  /** Changes of independent energies are wider, those of energies that hardly move narrower. */
  @Test
  void changesOfEnergiesThatHardlyMoveAreNarrow() {
    for (double kept : new double[] {0, 0.97}) {
      Pixels pixels = Pixels.of(ChainPicture.energy("energies", energies(kept, 4)));
      Rectangle plot = new Rectangle(80, 30, 620, 340);
      int energies = pixels.bounds(plot, Pixels::isBlue).y; // of the peak, from the top
      int changes = pixels.bounds(plot, Pixels::isOrange).y;

      if (kept == 0) {
        assertThat(energies).isLessThan(changes - 50);
      } else {
        assertThat(changes).isLessThan(energies - 50);
      }
    }
  }

  @Test
  void energiesThatAreFewOrNoneAreDrawn() {
    ImmutableDoubleArray none = ImmutableDoubleArray.of(Double.NaN, Double.POSITIVE_INFINITY);
    for (Iterations iterations :
        new Iterations[] {
          energies(0, 1),
          energies(0, 40),
          Iterations.of(Map.of("energy__", ImmutableDoubleArray.of(7)), 1),
          Iterations.of(Map.of("energy__", ImmutableDoubleArray.of(7, 7, 7, 7)), 2),
          Iterations.of(Map.of("energy__", none), 1)
        }) {
      assertThat(Pixels.of(ChainPicture.energy("few", iterations)).width()).isEqualTo(720);
    }
  }

  @Test
  void mistakesAreNamed() {
    Iterations other = Iterations.of(Map.of("lp__", ImmutableDoubleArray.of(1)), 1);
    assertThatThrownBy(() -> ChainPicture.energy("", other))
        .hasMessage(
            "iterations have no column 'energy__', only [lp__]; write it to the file that they are"
                + " read from");
    try (Samples samples = chains(0)) {
      assertThatThrownBy(() -> ChainPicture.trace("", samples, "w"))
          .hasMessage(
              "samples have no number 'w', only those of [w]; ask for one as a summary names it");
    }
    NDManager manager = NDManager.newBaseManager();
    try (Samples plain = Samples.of(manager, Map.of("x", manager.create(new double[] {1})))) {
      assertThatThrownBy(() -> ChainPicture.ranks("", plain, "x"))
          .hasMessage(
              "samples are not of chains, which a picture of chains needs; pass those of a sampler");
    }
  }
}
