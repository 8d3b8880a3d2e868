package org.ppl4j.benchmarks;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The {@link ArrayCases} as one would write them by hand in Java: one pass over memory where one is
 * enough, derivatives in the same loop, long sums in double precision, and no more than that.
 */
final class HandWrittenArrays {

  /** A number of a vector, with its gradient, in both float types. */
  interface Loop {

    /**
     * The number.
     *
     * @param gradient to be filled
     */
    double at(double[] x, double[] gradient);

    /**
     * The number.
     *
     * @param gradient to be filled
     */
    double at(float[] x, float[] gradient);
  }

  private static final ImmutableMap<String, Supplier<Loop>> ALL =
      ImmutableMap.<String, Supplier<Loop>>builder()
          .put("arithmetic", Arithmetic::new)
          .put("pointwise", Pointwise::new)
          .put("reduction_0", ColumnSpread::new)
          .put("reduction_1", RowSpread::new)
          .put("gather", Gathered::new)
          .put("softmax", Softmax::new)
          .put("logsumexp", () -> new LogSumExp(100))
          .put("logistic", Logistic::new)
          .put("narrow_logsumexp", () -> new LogSumExp(3))
          .put("cumulative_sum", CumulativeSum::new)
          .put("ten_numbers", Chain::new)
          .buildOrThrow();

  private HandWrittenArrays() {}

  /** Those that are written. */
  static ImmutableSet<String> names() {
    return ALL.keySet();
  }

  /**
   * One by its name.
   *
   * @throws IllegalArgumentException if it is not written
   */
  static Loop of(String name) {
    Supplier<Loop> made = ALL.get(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "array case '" + name + "' is not written by hand; use one of " + names());
    }
    return made.get();
  }

  /** The same numbers in single precision. */
  static float[] single(double[] numbers) {
    float[] single = new float[numbers.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) numbers[i];
    }
    return single;
  }

  /** Σ ((2x + 1) x − x³)². */
  private static final class Arithmetic implements Loop {

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        double v = x[i];
        double y = (2 * v + 1) * v - v * v * v;
        sum += y * y;
        gradient[i] = 2 * y * (4 * v + 1 - 3 * v * v);
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += 1000) {
        float part = 0;
        for (int i = from; i < from + 1000; i++) {
          float v = x[i];
          float y = (2 * v + 1) * v - v * v * v;
          part += y * y;
          gradient[i] = 2 * y * (4 * v + 1 - 3 * v * v);
        }
        sum += part;
      }
      return sum;
    }
  }

  /** Σ sin x · exp −x² + log(1 + x²) · tanh x. */
  private static final class Pointwise implements Loop {

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        double v = x[i];
        double sine = Math.sin(v);
        double bell = Math.exp(-v * v);
        double log = Math.log1p(v * v);
        double tanh = Math.tanh(v);
        sum += sine * bell + log * tanh;
        gradient[i] =
            (Math.cos(v) - 2 * v * sine) * bell
                + 2 * v / (1 + v * v) * tanh
                + log * (1 - tanh * tanh);
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        float v = x[i];
        float sine = (float) Math.sin(v);
        float bell = (float) Math.exp(-v * v);
        float log = (float) Math.log1p(v * v);
        float tanh = (float) Math.tanh(v);
        sum += sine * bell + log * tanh;
        gradient[i] =
            ((float) Math.cos(v) - 2 * v * sine) * bell
                + 2 * v / (1 + v * v) * tanh
                + log * (1 - tanh * tanh);
      }
      return sum;
    }
  }

  /** Σ log Σ (x − mean)², of each of 100 columns. */
  private static final class ColumnSpread implements Loop {

    private static final int WIDTH = 100;

    @Override
    public double at(double[] x, double[] gradient) {
      int rows = x.length / WIDTH;
      double[] mean = new double[WIDTH];
      double[] squares = new double[WIDTH];
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int j = 0; j < WIDTH; j++) {
          mean[j] += x[from + j];
        }
      }
      for (int j = 0; j < WIDTH; j++) {
        mean[j] /= rows;
      }
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int j = 0; j < WIDTH; j++) {
          double apart = x[from + j] - mean[j];
          squares[j] += apart * apart;
        }
      }
      double sum = 0;
      for (int j = 0; j < WIDTH; j++) {
        sum += Math.log(squares[j]);
        squares[j] = 2 / squares[j];
      }
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int j = 0; j < WIDTH; j++) {
          gradient[from + j] = (x[from + j] - mean[j]) * squares[j];
        }
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      int rows = x.length / WIDTH;
      float[] mean = new float[WIDTH];
      float[] squares = new float[WIDTH];
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int j = 0; j < WIDTH; j++) {
          mean[j] += x[from + j];
        }
      }
      for (int j = 0; j < WIDTH; j++) {
        mean[j] /= rows;
      }
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int j = 0; j < WIDTH; j++) {
          float apart = x[from + j] - mean[j];
          squares[j] += apart * apart;
        }
      }
      double sum = 0;
      for (int j = 0; j < WIDTH; j++) {
        sum += Math.log(squares[j]);
        squares[j] = 2 / squares[j];
      }
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int j = 0; j < WIDTH; j++) {
          gradient[from + j] = (x[from + j] - mean[j]) * squares[j];
        }
      }
      return sum;
    }
  }

  /** The same of each row of 100. */
  private static final class RowSpread implements Loop {

    private static final int WIDTH = 100;

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += WIDTH) {
        double mean = 0;
        for (int j = from; j < from + WIDTH; j++) {
          mean += x[j];
        }
        mean /= WIDTH;
        double squares = 0;
        for (int j = from; j < from + WIDTH; j++) {
          double apart = x[j] - mean;
          squares += apart * apart;
        }
        sum += Math.log(squares);
        double slope = 2 / squares;
        for (int j = from; j < from + WIDTH; j++) {
          gradient[j] = (x[j] - mean) * slope;
        }
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += WIDTH) {
        float mean = 0;
        for (int j = from; j < from + WIDTH; j++) {
          mean += x[j];
        }
        mean /= WIDTH;
        float squares = 0;
        for (int j = from; j < from + WIDTH; j++) {
          float apart = x[j] - mean;
          squares += apart * apart;
        }
        sum += Math.log(squares);
        float slope = 2 / squares;
        for (int j = from; j < from + WIDTH; j++) {
          gradient[j] = (x[j] - mean) * slope;
        }
      }
      return sum;
    }
  }

  /** Σ (x[place] − c)². */
  private static final class Gathered implements Loop {

    private final int[] places = ArrayCases.places();
    private final double[] compared = ArrayCases.compared();
    private final float[] single = single(compared);

    @Override
    public double at(double[] x, double[] gradient) {
      Arrays.fill(gradient, 0);
      double sum = 0;
      for (int i = 0; i < places.length; i++) {
        double apart = x[places[i]] - compared[i];
        sum += apart * apart;
        gradient[places[i]] += 2 * apart;
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      Arrays.fill(gradient, 0);
      double sum = 0;
      for (int i = 0; i < places.length; i++) {
        float apart = x[places[i]] - single[i];
        sum += apart * apart;
        gradient[places[i]] += 2 * apart;
      }
      return sum;
    }
  }

  /** Σ softmax(x)², of each row of 100. */
  private static final class Softmax implements Loop {

    private static final int WIDTH = 100;

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += WIDTH) {
        double max = x[from];
        for (int j = from; j < from + WIDTH; j++) {
          max = Math.max(max, x[j]);
        }
        double total = 0;
        double squares = 0;
        for (int j = from; j < from + WIDTH; j++) {
          double e = Math.exp(x[j] - max);
          gradient[j] = e;
          total += e;
          squares += e * e;
        }
        squares /= total * total;
        sum += squares;
        for (int j = from; j < from + WIDTH; j++) {
          double p = gradient[j] / total;
          gradient[j] = 2 * p * (p - squares);
        }
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += WIDTH) {
        float max = x[from];
        for (int j = from; j < from + WIDTH; j++) {
          max = Math.max(max, x[j]);
        }
        float total = 0;
        float squares = 0;
        for (int j = from; j < from + WIDTH; j++) {
          float e = (float) Math.exp(x[j] - max);
          gradient[j] = e;
          total += e;
          squares += e * e;
        }
        squares /= total * total;
        sum += squares;
        for (int j = from; j < from + WIDTH; j++) {
          float p = gradient[j] / total;
          gradient[j] = 2 * p * (p - squares);
        }
      }
      return sum;
    }
  }

  /** Σ log Σ exp x, of each row. */
  private static final class LogSumExp implements Loop {

    private final int width;

    LogSumExp(int width) {
      this.width = width;
    }

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += width) {
        double max = x[from];
        for (int j = from; j < from + width; j++) {
          max = Math.max(max, x[j]);
        }
        double total = 0;
        for (int j = from; j < from + width; j++) {
          double e = Math.exp(x[j] - max);
          gradient[j] = e;
          total += e;
        }
        sum += max + Math.log(total);
        for (int j = from; j < from + width; j++) {
          gradient[j] /= total;
        }
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      for (int from = 0; from < x.length; from += width) {
        float max = x[from];
        for (int j = from; j < from + width; j++) {
          max = Math.max(max, x[j]);
        }
        float total = 0;
        for (int j = from; j < from + width; j++) {
          float e = (float) Math.exp(x[j] - max);
          gradient[j] = e;
          total += e;
        }
        sum += max + Math.log(total);
        for (int j = from; j < from + width; j++) {
          gradient[j] /= total;
        }
      }
      return sum;
    }
  }

  /** Σ log logistic(a · x), of rows a of 20. */
  private static final class Logistic implements Loop {

    private static final int WIDTH = 20;

    private final double[] rows = ArrayCases.predictors();
    private final float[] single = single(rows);

    @Override
    public double at(double[] x, double[] gradient) {
      Arrays.fill(gradient, 0);
      double sum = 0;
      for (int from = 0; from < rows.length; from += WIDTH) {
        double logit = 0;
        for (int j = 0; j < WIDTH; j++) {
          logit += rows[from + j] * x[j];
        }
        double e = Math.exp(-Math.abs(logit));
        sum += Math.min(logit, 0) - Math.log1p(e);
        double slope = (logit < 0 ? 1 : e) / (1 + e);
        for (int j = 0; j < WIDTH; j++) {
          gradient[j] += slope * rows[from + j];
        }
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      Arrays.fill(gradient, 0);
      double sum = 0;
      for (int from = 0; from < single.length; from += WIDTH) {
        float logit = 0;
        for (int j = 0; j < WIDTH; j++) {
          logit += single[from + j] * x[j];
        }
        float e = (float) Math.exp(-Math.abs(logit));
        sum += Math.min(logit, 0) - Math.log1p(e);
        float slope = (logit < 0 ? 1 : e) / (1 + e);
        for (int j = 0; j < WIDTH; j++) {
          gradient[j] += slope * single[from + j];
        }
      }
      return sum;
    }
  }

  /** Σ sin(0.01 · (x_1 + … + x_i)). */
  private static final class CumulativeSum implements Loop {

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      double running = 0;
      for (int i = 0; i < x.length; i++) {
        running += x[i];
        sum += Math.sin(0.01 * running);
        gradient[i] = 0.01 * Math.cos(0.01 * running);
      }
      for (int i = x.length - 2; i >= 0; i--) {
        gradient[i] += gradient[i + 1];
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      double running = 0;
      for (int i = 0; i < x.length; i++) {
        running += x[i];
        sum += Math.sin(0.01 * running);
        gradient[i] = (float) (0.01 * Math.cos(0.01 * running));
      }
      double slope = 0;
      for (int i = x.length - 1; i >= 0; i--) {
        slope += gradient[i];
        gradient[i] = (float) slope;
      }
      return sum;
    }
  }

  /** Σ y², where y ← (0.9 y + sin x) tanh y − 0.1 fifteen times, from x; slopes beside. */
  private static final class Chain implements Loop {

    @Override
    public double at(double[] x, double[] gradient) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        double sine = Math.sin(x[i]);
        double cosine = Math.cos(x[i]);
        double y = x[i];
        double slope = 1;
        for (int k = 0; k < 15; k++) {
          double tanh = Math.tanh(y);
          double left = 0.9 * y + sine;
          slope = (0.9 * slope + cosine) * tanh + left * (1 - tanh * tanh) * slope;
          y = left * tanh - 0.1;
        }
        sum += y * y;
        gradient[i] = 2 * y * slope;
      }
      return sum;
    }

    @Override
    public double at(float[] x, float[] gradient) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        float sine = (float) Math.sin(x[i]);
        float cosine = (float) Math.cos(x[i]);
        float y = x[i];
        float slope = 1;
        for (int k = 0; k < 15; k++) {
          float tanh = (float) Math.tanh(y);
          float left = 0.9f * y + sine;
          slope = (0.9f * slope + cosine) * tanh + left * (1 - tanh * tanh) * slope;
          y = left * tanh - 0.1f;
        }
        sum += y * y;
        gradient[i] = 2 * y * slope;
      }
      return sum;
    }
  }
}
