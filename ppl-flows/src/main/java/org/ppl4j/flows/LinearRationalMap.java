package org.ppl4j.flows;

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
    for (int k = 0; k < count; k++) {
      if (Math.abs(in[0][k]) < bound) {
        inside(bins, k, in, out, slopes);
      } else {
        out[0][k] = in[0][k];
        out[1][k] = 1;
        if (slopes != null) {
          for (int row = 0; row < slopes.length; row++) {
            slopes[row][k] = row == 0 ? 1 : 0;
          }
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
    double ofFirst = share * ofD + sign * direct;
    write(k, bins, slopes, 0, sign, sign * derivative, 1, ofFirst, share * ofLength, share * ofTop);
    double twice = 2 / r;
    double ofSlope = 1 / d + twice * ofD;
    write(k, bins, slopes, INPUTS, sign, twice * ofV, 0, ofSlope, twice * ofLength, twice * ofTop);
  }

  /**
   * Writes the derivatives of an image in each input.
   *
   * @param row of the first input
   * @param sign 1 for the left piece, −1 for the right one
   * @param ofV derivative in the distance from the own end
   * @param ofTo derivative in the image's corner
   * @param ofD derivative in the piece's slope
   * @param ofLength derivative in its length
   * @param ofTop derivative in its height
   */
  private void write(
      int k,
      Bins bins,
      double[][] slopes,
      int row,
      double sign,
      double ofV,
      double ofTo,
      double ofD,
      double ofLength,
      double ofTop) {
    double right = (1 - sign) / 2;
    double share = bins.share[k];
    double level = bins.level[k];
    double ofJoint = sign * ofLength;
    double ofMiddle = sign * ofTop;
    double ofRatio = ofMiddle * bins.in[HEIGHT][k] * level * (1 - level); // of its log, turned
    double ofShare = ofJoint * bins.in[WIDTH][k] + ofRatio / (share * (1 - share));
    double ofWidth = ofLength + (isForward ? ofV : ofTo);
    double ofHeight = ofTop + (isForward ? ofTo : ofV);
    slopes[row][k] = sign * ofV;
    slopes[row + 1 + from][k] = -sign * ofV;
    slopes[row + 1 + to][k] = ofTo;
    slopes[row + WIDTH][k] = right * ofWidth + ofJoint * share;
    slopes[row + HEIGHT][k] = right * ofHeight + ofMiddle * level;
    slopes[row + FIRST][k] =
        ((1 - right) * ofD + ofRatio / (2 * bins.first[k])) * bins.raiseOfFirst[k];
    slopes[row + LAST][k] = (right * ofD - ofRatio / (2 * bins.last[k])) * bins.raiseOfLast[k];
    slopes[row + JOINT][k] = ofShare * bins.raiseOfShare[k];
  }

  /** Of each bin the slopes at its ends, and the joint as λ and y_m / h. */
  private static final class Bins {

    final double[][] in;
    final double[] first;
    final double[] last;
    final double[] share;
    final double[] level;
    // how fast what is made of a raw number changes with it
    final double[] raiseOfFirst;
    final double[] raiseOfLast;
    final double[] raiseOfShare;

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
  }
}
