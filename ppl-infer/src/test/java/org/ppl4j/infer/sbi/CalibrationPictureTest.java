package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.report.CalibrationPicture;
import org.ppl4j.infer.report.Picture;

/** Pictures of calibration are read back. */
class CalibrationPictureTest {

  @TempDir private Path folder;

  /** A hundred trials whose depths and ranks are these. */
  private static Calibration of(int depth, int rank) {
    ImmutableIntArray ranks = ImmutableIntArray.copyOf(IntStream.generate(() -> rank).limit(100));
    return new Calibration(
        99,
        0,
        ImmutableList.of("a"),
        ImmutableList.of(ranks),
        ImmutableIntArray.copyOf(IntStream.generate(() -> depth).limit(100)),
        ranks);
  }

  /** The mean height of the third curve, 0 at the top, 1 at the bottom. */
  private double height(Picture picture) throws Exception {
    Path file = folder.resolve("picture.png");
    picture.save(file, 400, 400);
    BufferedImage image = ImageIO.read(file.toFile());
    double sum = 0;
    int count = 0;
    for (int i = 0; i < 400; i++) {
      for (int j = 0; j < 360; j++) {
        Color color = new Color(image.getRGB(i, j));
        if (color.getRed() > 100
            && color.getRed() < 160
            && color.getGreen() < 60
            && color.getBlue() > 200) {
          sum += j;
          count++;
        }
      }
    }
    assertThat(count).isPositive();
    return sum / count / 400;
  }

  @Test
  void coverageIsHighWhereTheTruthIsAlwaysInside() throws Exception {
    assertThat(height(CalibrationPicture.coverage("wide", of(0, 50)))).isLessThan(0.3);
    assertThat(height(CalibrationPicture.coverage("narrow", of(98, 50)))).isGreaterThan(0.6);
  }

  @Test
  void ranksAreDrawnAsTheirDistribution() throws Exception {
    assertThat(height(CalibrationPicture.ranks("low", of(50, 0)))).isLessThan(0.3);
    assertThat(height(CalibrationPicture.ranks("high", of(50, 98)))).isGreaterThan(0.6);
  }
}
