package org.ppl4j.flows;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.HostMap;

/**
 * A value and its bin through a linear rational spline, with all derivatives: what {@link
 * LinearRational} says in formulas. Its numbers are the value, the bin's corner (x, y), its width
 * and height, and the raw numbers of the derivatives at its ends and of its joint; its images are
 * the value's image and the log-derivative.
 */
final class LinearRationalMap implements HostMap {

  private static final int INPUTS = 8;
  private static final int SIDES = 3;
  private static final int WIDTH = SIDES;
  private static final int HEIGHT = SIDES + 1;
  private static final int FIRST = 5;
  private static final int LAST = 6;
  private static final int JOINT = 7;

  private final double bound;
  private final boolean isForward;
  private final int from; // the axis of the value: x (0) or y (1)
  private final int to;

  LinearRationalMap(double bound, boolean isForward) {
    this.bound = bound;
    this.isForward = isForward;
    this.from = isForward ? 0 : 1;
    this.to = 1 - from;
  }

  @Override
  public int outputs() {
    return 2;
  }

  @Override
  public void at(int count, double[][] in, double[][] out, double @Nullable [][] slopes) {
    Bins bins = new Bins(count, in);
    if (slopes != null) {
      for (double[] row : slopes) {
        Arrays.fill(row, 0, count, 0);
      }
    }
    for (int k = 0; k < count; k++) {
      if (Math.abs(in[0][k]) < bound) {
        inside(bins, k, in, out, slopes);
      } else {
        out[0][k] = in[0][k];
        out[1][k] = 1;
        if (slopes != null) {
          slopes[0][k] = 1;
        }
      }
    }
    for (int k = 0; k < count; k++) {
      out[1][k] = Math.log(out[1][k]);
    }
  }

  private void inside(
      Bins bins, int k, double[][] in, double[][] out, double @Nullable [][] slopes) {
    double run = in[0][k] - in[1 + from][k];
    double joint = bins.share[k] * in[WIDTH][k];
    double middle = bins.level[k] * in[HEIGHT][k];
    // the piece that holds the value, seen from its own end of the bin
    boolean isLeft = run <= (isForward ? joint : middle);
    double sign = isLeft ? 1 : -1;
    double right = isLeft ? 0 : 1;
    double d = isLeft ? bins.first[k] : bins.last[k];
    double length = sign * joint + right * in[WIDTH][k];
    double top = sign * middle + right * in[HEIGHT][k];
    double v = sign * run + right * in[SIDES + from][k];
    double perTop = 1 / top;
    double bend = d * length * perTop;
    double perBelow = 1 / (isForward ? length - v + v * bend : d * length + (v - v * bend));
    double r = length * perBelow;
    double factor = isForward ? v * d : v;
    double derivative = d * r * r;
    out[0][k] = sign * factor * r + right * in[SIDES + to][k] + in[1 + to][k];
    out[1][k] = derivative;
    if (slopes == null) {
      return;
    }

    // derivatives of r in v, d, length and top
    double outer = -r * perBelow;
    double turned = isForward ? v : -v;
    double ofWhole = outer * (turned * perTop + (isForward ? 0 : 1));
    double ofV = outer * (isForward ? bend - 1 : 1 - bend);
    double ofD = ofWhole * length;
    double ofLength = (isForward ? 1 - r : 1) * perBelow + ofWhole * d;
    double ofTop = -outer * turned * bend * perTop;

    double direct = isForward ? v * r : 0; // of d, beside that through r
    double share = sign * factor;
    bins.back(k, slopes, 0, sign, share * ofD + sign * direct, share * ofLength, share * ofTop);
    turn(k, slopes, 0, sign, sign * derivative);
    slopes[1 + to][k] += 1;
    slopes[SIDES + to][k] += right;
    double twice = 2 / r;
    bins.back(k, slopes, INPUTS, sign, 1 / d + twice * ofD, twice * ofLength, twice * ofTop);
    turn(k, slopes, INPUTS, sign, twice * ofV);
  }

  /**
   * Brings a derivative in the distance from the own end to the value, the corner and the side.
   *
   * @param sign 1 on the left, −1 on the right
   */
  private void turn(int k, double[][] slopes, int row, double sign, double slope) {
    slopes[row][k] += sign * slope;
    slopes[row + 1 + from][k] -= sign * slope;
    slopes[row + SIDES + from][k] += (1 - sign) / 2 * slope;
  }

  /** Of each bin the slopes at its ends, and the joint as λ and y_m / h. */
  private static final class Bins {

    final double[][] in;
    final double[] first;
    final double[] last;
    final double[] share;
    final double[] level;
    // how fast what is made of a raw number changes with it
    private final double[] raiseOfFirst;
    private final double[] raiseOfLast;
    private final double[] raiseOfShare;

    Bins(int count, double[][] in) {
      this.in = in;
      raiseOfFirst = new double[count];
      raiseOfLast = new double[count];
      raiseOfShare = new double[count];
      first = slopes(in[FIRST], raiseOfFirst);
      last = slopes(in[LAST], raiseOfLast);
      share = new double[count];
      level = new double[count];
      for (int k = 0; k < count; k++) {
        share[k] = 1 / (1 + Math.exp(-in[JOINT][k]));
      }
      double spread = LinearRational.joint(1) - LinearRational.joint(0);
      for (int k = 0; k < count; k++) {
        raiseOfShare[k] = spread * share[k] * (1 - share[k]);
        share[k] = LinearRational.joint(share[k]);
        level[k] = share[k] / (share[k] + (1 - share[k]) * Math.sqrt(last[k] / first[k]));
      }
    }

    private static double[] slopes(double[] raw, double[] raise) {
      double[] slopes = new double[raise.length];
      for (int k = 0; k < slopes.length; k++) {
        slopes[k] = Math.exp(-Math.abs(Knots.kept(raw[k])));
      }
      for (int k = 0; k < slopes.length; k++) {
        double x = Knots.kept(raw[k]);
        double small = slopes[k];
        slopes[k] = Knots.derivative(x, small);
        raise[k] = Knots.raise(x, small);
      }
      return slopes;
    }

    /**
     * Adds to a derivative in each input what comes of those in a piece's slope, length and height.
     *
     * @param row of the first input
     * @param sign 1 for the left piece, −1 for the right one
     */
    void back(
        int k, double[][] slopes, int row, double sign, double ofD, double ofLength, double ofTop) {
      double right = (1 - sign) / 2;
      double share = this.share[k];
      double level = this.level[k];
      double ofJoint = sign * ofLength;
      double ofMiddle = sign * ofTop;
      double ofRatio = ofMiddle * in[HEIGHT][k] * level * (1 - level); // of its logarithm, turned
      slopes[row + WIDTH][k] += right * ofLength + ofJoint * share;
      slopes[row + HEIGHT][k] += right * ofTop + ofMiddle * level;
      slopes[row + FIRST][k] += ((1 - right) * ofD + ofRatio / (2 * first[k])) * raiseOfFirst[k];
      slopes[row + LAST][k] += (right * ofD - ofRatio / (2 * last[k])) * raiseOfLast[k];
      slopes[row + JOINT][k] +=
          (ofJoint * in[WIDTH][k] + ofRatio / (share * (1 - share))) * raiseOfShare[k];
    }
  }
}
