package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/** Which dim a plate takes, and which batch shape a site gets in its plates. Shapes only. */
final class Plates {

  private Plates() {}

  /** The dim at which a plate opens. */
  static int dim(PlateSpec spec, @Nullable Plate first, Nesting.@Nullable Stack stack) {
    if (first != null) {
      checkAgain(spec, first);
    }
    int wanted = spec.dim != 0 ? spec.dim : first != null ? first.dim() : 0;
    int dim = wanted != 0 ? wanted : -1;
    for (Nesting.Stack at = stack; at != null; at = at.outer) {
      if (at.frame instanceof Plate open) {
        checkState(
            !open.name().equals(spec.name) || open.isParticles(),
            "plate '%s' is opened inside itself; close it first, or give the inner one its own name",
            spec.name);
        checkState(
            wanted == 0 || open.dim() != wanted || open.isParticles(),
            "plate '%s' wants dim %s, which the open plate '%s' has; open one of the two with"
                + " PlateSpec.dim at another",
            spec.name,
            wanted,
            open.name());
      }
    }
    while (wanted == 0 && taken(dim, stack)) {
      dim--;
    }
    checkRightOfParticles(spec, dim, stack);
    return dim;
  }

  private static void checkRightOfParticles(
      PlateSpec spec, int dim, Nesting.@Nullable Stack stack) {
    for (Nesting.Stack at = stack; at != null; at = at.outer) {
      if (at.frame instanceof Plate open && open.isParticles()) {
        checkState(
            dim > open.dim(),
            "plate '%s' opens at dim %s, but particles take dim %s and plates stand right of them;"
                + " make the particles for the deepest nesting of plates",
            spec.name,
            dim,
            open.dim());
      }
    }
  }

  private static boolean taken(int dim, Nesting.@Nullable Stack stack) {
    for (Nesting.Stack at = stack; at != null; at = at.outer) {
      if (at.frame instanceof Plate open && open.dim() == dim) {
        return true;
      }
    }
    return false;
  }

  private static void checkAgain(PlateSpec spec, Plate first) {
    checkState(
        spec.size == first.size() && spec.batch == first.batch(),
        "plate '%s' was opened with %s and is opened again with %s; give the other one its own"
            + " name",
        spec.name,
        rows(first.size(), first.batch()),
        rows(spec.size, spec.batch));
    checkState(
        spec.dim == 0 || spec.dim == first.dim(),
        "plate '%s' was opened at dim %s and is opened again at dim %s; give the other one its own"
            + " name",
        spec.name,
        first.dim(),
        spec.dim);
  }

  private static String rows(long size, long batch) {
    return size == batch ? "size " + size : batch + " of " + size + " rows";
  }

  /** Expands a site to its plates and checks that its batch shape, and value, fit them. */
  static void fit(SampleSite site) {
    switch (site.kind()) {
      case DETERMINISTIC -> {}
      case FACTOR -> {
        NDArray weight = site.logProb();
        Shape batch = weight.getShape();
        @Nullable Shape wanted = wider(site, batch);
        if (wanted != null) {
          site.weigh(weight.broadcast(wanted));
        }
        checkMask(site, wanted == null ? batch : wanted);
      }
      default -> {
        Distribution distribution = site.distribution();
        Shape batch = distribution.batchShape();
        @Nullable Shape wanted = wider(site, batch);
        if (wanted != null) {
          site.distribution(distribution.expand(wanted));
        }
        Shape full = wanted == null ? batch : wanted;
        if (site.hasValue()) {
          checkValue(site, full);
        }
        checkMask(site, full);
      }
    }
  }

  /** The batch shape in the site's plates; null if that is what it has. */
  private static @Nullable Shape wider(SampleSite site, Shape batch) {
    List<Plate> plates = site.plates();
    int rank = batch.dimension();
    if (plates.isEmpty() && rank == 0) {
      return null;
    }
    int wantedRank = rank;
    boolean expand = false;
    int owned = 0;
    for (int i = 0; i < plates.size(); i++) {
      Plate plate = plates.get(i);
      int at = rank + plate.dim();
      long size = at < 0 ? 1 : batch.get(at);
      if (size != plate.batch()) {
        if (size != 1) {
          throw misfit(site, batch, plate);
        }
        expand = true;
      } else if (at < 0) {
        expand = true;
      }
      owned |= 1 << -plate.dim();
      wantedRank = Math.max(wantedRank, -plate.dim());
    }
    for (int i = 1; i <= rank; i++) {
      if ((owned & 1 << i) == 0 && batch.get(rank - i) != 1) {
        throw unowned(site, batch, i, plates);
      }
    }
    return expand ? expanded(batch, plates, wantedRank) : null;
  }

  private static Shape expanded(Shape batch, List<Plate> plates, int wantedRank) {
    long[] sizes = new long[wantedRank];
    int rank = batch.dimension();
    for (int i = 1; i <= wantedRank; i++) {
      sizes[wantedRank - i] = i <= rank ? batch.get(rank - i) : 1;
    }
    for (Plate plate : plates) {
      sizes[wantedRank + plate.dim()] = plate.batch();
    }
    return new Shape(sizes);
  }

  private static IllegalArgumentException misfit(SampleSite site, Shape batch, Plate plate) {
    return new IllegalArgumentException(
        lenientFormat(
            "%s '%s' has batch shape %s, but plate '%s' wants size %s at dim %s; take the plate's"
                + " rows, or declare event dims by toEvent(n)",
            what(site), site.name(), batch, plate.name(), plate.batch(), plate.dim()));
  }

  private static IllegalArgumentException unowned(
      SampleSite site, Shape batch, int dim, List<Plate> plates) {
    long size = batch.get(batch.dimension() - dim);
    String advice =
        plates.stream()
            .filter(plate -> plate.isParticles() && plate.batch() == size && -plate.dim() < dim)
            .findFirst()
            .map(
                plate ->
                    lenientFormat(
                        "the %s particles stand at dim %s, where a dim was put in between; values"
                            + " from outside of plates have dims of size 1 for these already, so"
                            + " leave out an expandDims or reshape, and multiply by p.matVec",
                        size, plate.dim()))
            .orElse("open a plate of that size around it, or declare event dims by toEvent(n)");
    return new IllegalArgumentException(
        lenientFormat(
            "%s '%s' has batch shape %s, but no plate owns size %s at dim -%s; %s",
            what(site), site.name(), batch, size, dim, advice));
  }

  private static void checkValue(SampleSite site, Shape batch) {
    Shape event = site.distribution().eventShape();
    Shape value = site.value().getShape();
    int eventDims = event.dimension();
    if (value.dimension() >= eventDims
        && (eventDims == 0 || Shapes.takeRight(value, eventDims).equals(event))) {
      Shape own = eventDims == 0 ? value : Shapes.dropRight(value, eventDims);
      if (own.equals(batch) || Shapes.isBroadcastable(own, batch)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        lenientFormat(
            "%s '%s' has a value of shape %s, but its distribution has batch shape %s and event"
                + " shape %s; open a plate of the value's size around it, or declare event dims by"
                + " toEvent(n)",
            what(site), site.name(), value, batch, event));
  }

  /** A mask wider than the batch would count log probabilities several times. */
  private static void checkMask(SampleSite site, Shape batch) {
    NDArray mask = site.mask();
    checkArgument(
        mask == null || Shapes.isBroadcastable(mask.getShape(), batch),
        "%s '%s' has batch shape %s, but its mask has shape %s; %s",
        what(site),
        site.name(),
        batch,
        mask == null ? "" : mask.getShape(),
        site.observed() != null
            ? "pass one boolean for each event, or keep the event's dims in the batch"
            : "put the mask around the sites of the mask's plates only");
  }

  static String what(SampleSite site) {
    return switch (site.kind()) {
      case LATENT -> "sample site";
      case OBSERVED -> "observed site";
      case FACTOR -> "factor";
      case DETERMINISTIC -> "deterministic site";
    };
  }

  /** The rows that a caller chose are rows of the plate. Reads values. */
  static void checkRows(Plate plate) {
    for (double row : Tensors.values(plate.indices())) {
      checkArgument(
          row >= 0 && row < plate.size(),
          "plate '%s' was given row %s, but has rows 0 to %s; pass indices into the whole data",
          plate.name(),
          (long) row,
          plate.size() - 1);
    }
  }
}
