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
import org.ppl4j.tensor.internal.table.Shapes;

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
            "plate '%s' is opened inside itself; close it first, or give the inner one its own"
                + " name",
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
          checkCounted(site, weight, wanted);
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
          checkRepeated(site, batch, full);
          checkObserved(site, full);
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
            "%s '%s' has batch shape %s%s, but plate '%s' wants size %s at dim %s; take the plate's"
                + " rows, or declare event dims by toEvent(n)",
            what(site),
            site.name(),
            batch,
            bringing(site, -plate.dim()),
            plate.name(),
            plate.batch(),
            plate.dim()));
  }

  /** What brings a dim of the batch shape, after it; nothing if that is not known. */
  private static String bringing(SampleSite site, int dim) {
    String names =
        site.kind() == SampleSite.Kind.FACTOR
            ? Tensors.namesOf(site.logProb())
            : site.distribution().bringing(dim);
    return names.isEmpty() ? "" : ", from " + names;
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
            "%s '%s' has batch shape %s%s, but no plate owns size %s at dim -%s; %s",
            what(site), site.name(), batch, bringing(site, dim), size, dim, advice));
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

  /**
   * Data that lack the dim of a plate would be observed once for each of its rows, and nobody said
   * so.
   *
   * @param batch the distribution's own
   * @param full the same in the plates
   */
  private static void checkRepeated(SampleSite site, Shape batch, Shape full) {
    Shape event = site.distribution().eventShape();
    Shape value = site.value().getShape();
    Shape own = Shapes.dropRight(value, event.dimension());
    boolean isNumber = own.dimension() == 0;
    if (isNumber && !site.isStated()) {
      return; // the value of one site, in each of its rows
    }
    Plate plate = repeating(site, own);
    if (plate == null || (isNumber && isOfEach(site, batch))) {
      return;
    }
    throw new IllegalArgumentException(
        lenientFormat(
            "%s '%s' has %s of shape %s, but plate '%s' would count %s %s times, at dim %s; pass"
                + " shape %s, or %s if each of the plate's rows has the same",
            what(site),
            site.name(),
            site.isStated() ? "data" : "a value",
            value,
            plate.name(),
            site.isStated() ? "them" : "it",
            plate.batch(),
            plate.dim(),
            Shapes.concat(filled(site, own, full), event),
            Shapes.concat(filled(site, own, null), event)));
  }

  /** Which data are observed is said of each row, as the data are. */
  private static void checkObserved(SampleSite site, Shape full) {
    NDArray observed = site.observed();
    Shape mask = observed == null ? Shapes.scalar() : observed.getShape();
    Plate plate = mask.dimension() == 0 ? null : repeating(site, mask);
    checkArgument(
        plate == null,
        "%s '%s' has a mask of shape %s, but plate '%s' has %s rows at dim %s; pass shape %s, or %s"
            + " if each of the plate's rows has the same",
        what(site),
        site.name(),
        mask,
        plate == null ? "" : plate.name(),
        plate == null ? 0 : plate.batch(),
        plate == null ? 0 : plate.dim(),
        plate == null ? "" : filled(site, mask, full),
        plate == null ? "" : filled(site, mask, null));
  }

  /** A plate of several rows for which a shape has no dim; null if there is none. */
  private static @Nullable Plate repeating(SampleSite site, Shape shape) {
    for (Plate plate : site.plates()) {
      if (!plate.isParticles() && plate.batch() > 1 && shape.dimension() < -plate.dim()) {
        return plate;
      }
    }
    return null;
  }

  /** Whether a number of Java stands beside a distribution that has the rows of all plates. */
  private static boolean isOfEach(SampleSite site, Shape batch) {
    return Tensors.constant(site.value()).isPresent()
        && site.plates().stream()
            .allMatch(
                plate ->
                    plate.isParticles()
                        || plate.batch() == 1
                        || (batch.dimension() >= -plate.dim()
                            && batch.get(batch.dimension() + plate.dim()) == plate.batch()));
  }

  /** A shape with dims on the left up to the leftmost plate: those of a batch, or of size 1. */
  private static Shape filled(SampleSite site, Shape own, @Nullable Shape batch) {
    int rank =
        site.plates().stream()
            .filter(plate -> !plate.isParticles())
            .mapToInt(plate -> -plate.dim())
            .max()
            .orElse(0);
    long[] sizes = new long[Math.max(rank, own.dimension())];
    for (int i = 1; i <= sizes.length; i++) {
      boolean isOwn = i <= own.dimension();
      sizes[sizes.length - i] =
          isOwn
              ? own.get(own.dimension() - i)
              : batch == null ? 1 : batch.get(batch.dimension() - i);
    }
    return new Shape(sizes);
  }

  /** As {@link #checkRepeated}, of a log weight, such as one that was summed within the plate. */
  private static void checkCounted(SampleSite site, NDArray weight, Shape full) {
    Shape own = weight.getShape();
    Plate plate = repeating(site, own);
    checkArgument(
        plate == null || Tensors.constant(weight).isPresent(),
        "factor '%s' has shape %s, but plate '%s' would count it %s times, at dim %s; put it"
            + " outside of the plate, leave it unsummed with shape %s, or give it shape %s if it"
            + " counts once for each row",
        site.name(),
        own,
        plate == null ? "" : plate.name(),
        plate == null ? 0 : plate.batch(),
        plate == null ? 0 : plate.dim(),
        plate == null ? "" : filled(site, own, full),
        plate == null ? "" : filled(site, own, null));
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
      case LATENT, ENUMERATED -> "sample site";
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
