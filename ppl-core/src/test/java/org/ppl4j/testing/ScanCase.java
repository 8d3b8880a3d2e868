package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Tensors;

/**
 * A program of steps that can be done by a scan, or by a loop of Java.
 *
 * @param name in reports
 * @param program of the way to do steps
 */
public record ScanCase(String name, Function<Steps, Program<Void>> program) {

  /** What a step may ask for. */
  public interface At {

    /** Its number. */
    NDArray number();

    /** Its row. */
    NDArray take(NDArray x);

    /** Its row. */
    default NDArray take(double... x) {
      return take(Tensors.vector(x));
    }
  }

  /**
   * A step.
   *
   * @param <C> what is carried
   */
  public interface Body<C> {

    /** What the next one is given. */
    C step(Ppl p, At t, C carry);
  }

  /** A way to do steps. */
  public interface Steps {

    /** What the last one leaves. */
    <C> C of(Ppl p, String name, int times, C start, Body<C> body);
  }

  /** By a scan. */
  public static final Steps SCAN =
      new Steps() {
        @Override
        public <C> C of(Ppl p, String name, int times, C start, Body<C> body) {
          return p.scan(
              name,
              times,
              start,
              (q, t, carry) ->
                  body.step(
                      q,
                      new At() {
                        @Override
                        public NDArray number() {
                          return t.number();
                        }

                        @Override
                        public NDArray take(NDArray x) {
                          return t.take(x);
                        }
                      },
                      carry));
        }
      };

  /** By a loop of Java. */
  public static final Steps LOOP =
      new Steps() {
        @Override
        public <C> C of(Ppl p, String name, int times, C start, Body<C> body) {
          C carry = start;
          for (int i : p.loop(name, times)) {
            carry =
                body.step(
                    p,
                    new At() {
                      @Override
                      public NDArray number() {
                        return p.scalar(i);
                      }

                      @Override
                      public NDArray take(NDArray x) {
                        NDArray all = p.constant(x);
                        int axis = -all.getShape().dimension();
                        NDArray row = Tensors.range(all, axis, i, i + 1);
                        return Tensors.reshape(row, all.getShape().slice(1));
                      }
                    },
                    carry);
          }
          return carry;
        }
      };

  /** The program by a scan. */
  public Program<Void> scan() {
    return program.apply(SCAN);
  }

  /** The program by a loop. */
  public Program<Void> loop() {
    return program.apply(LOOP);
  }

  /** A latent site of a scan, as a vector has it. */
  public record Latent(String name, Shape shape, int eventDims, List<Dim> dims) {

    /** A dim of steps, from the right of the batch. */
    record Dim(int dim, int times) {}

    static Latent of(SampleSite site, Set<String> scans) {
      List<Dim> dims = new ArrayList<>();
      for (Plate plate : site.plates()) {
        if (scans.contains(plate.name())) {
          dims.add(0, new Dim(plate.dim(), (int) plate.size()));
        }
      }
      Shape event = site.distribution().eventShape();
      long[] sizes = new long[site.distribution().batchShape().dimension() + event.dimension()];
      System.arraycopy(
          site.distribution().batchShape().getShape(),
          0,
          sizes,
          0,
          sizes.length - event.dimension());
      for (int i = 0; i < event.dimension(); i++) {
        sizes[sizes.length - event.dimension() + i] = event.get(i);
      }
      return new Latent(site.name(), new Shape(sizes), event.dimension(), dims);
    }

    /** What the sites of a loop are given, by their names. */
    Map<String, NDArray> rows(NDArray value) {
      Map<String, NDArray> rows = new LinkedHashMap<>();
      rows.put("", value);
      for (Dim dim : dims) {
        Map<String, NDArray> next = new LinkedHashMap<>();
        rows.forEach(
            (suffix, part) -> {
              for (int i = 0; i < dim.times(); i++) {
                next.put(
                    suffix + "[" + i + "]", Tensors.range(part, dim.dim() - eventDims, i, i + 1));
              }
            });
        rows = next;
      }
      Map<String, NDArray> named = new LinkedHashMap<>();
      rows.forEach((suffix, part) -> named.put(name + suffix, squeezed(part)));
      return named;
    }

    /** Without dims of size 1 on the left of the batch. */
    private NDArray squeezed(NDArray x) {
      Shape shape = x.getShape();
      int left = 0;
      while (left < shape.dimension() - eventDims && shape.get(left) == 1) {
        left++;
      }
      return Tensors.reshape(x, shape.slice(left));
    }
  }

  /** The latent sites of an execution. */
  public static List<Latent> latents(Trace trace, Set<String> scans) {
    List<Latent> latents = new ArrayList<>();
    trace.latents().forEach(site -> latents.add(Latent.of(site, scans)));
    return latents;
  }

  /** What a vector gives the sites of a scan, or those of a loop. */
  public static Map<String, NDArray> values(List<Latent> latents, NDArray u, boolean isLoop) {
    Map<String, NDArray> values = new LinkedHashMap<>();
    long from = 0;
    for (Latent latent : latents) {
      long size = latent.shape().size();
      NDArray part = Tensors.reshape(Tensors.range(u, -1, from, from + size), latent.shape());
      values.putAll(isLoop ? latent.rows(part) : Map.of(latent.name(), part));
      from += size;
    }
    return values;
  }

  /** How many numbers they have. */
  public static int size(List<Latent> latents) {
    return latents.stream().mapToInt(latent -> (int) latent.shape().size()).sum();
  }

  @Override
  public String toString() {
    return name;
  }
}
