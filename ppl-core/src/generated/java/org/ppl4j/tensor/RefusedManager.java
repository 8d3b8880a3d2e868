// Written by RefusedSources, in the tests; to write it anew: mvn exec:exec@refusals -pl ppl-core
package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDResource;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import java.io.InputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;

/** Refuses each method of {@link NDManager} that is not derived from others. */
abstract class RefusedManager implements NDManager {

  @Override
  public ByteBuffer allocateDirect(int a) {
    throw Refusal.of("NDManager", "allocateDirect");
  }

  @Override
  public NDArray arange(float a, float b, float c, DataType d) {
    throw Refusal.of("NDManager", "arange");
  }

  @Override
  public NDArray arange(float a, float b, float c, DataType d, Device e) {
    throw Refusal.of("NDManager", "arange");
  }

  @Override
  public void attachAll(NDResource... a) {
    throw Refusal.of("NDManager", "attachAll");
  }

  @Override
  public void attachInternal(String a, AutoCloseable... b) {
    throw Refusal.of("NDManager", "attachInternal");
  }

  @Override
  public void attachUncappedInternal(String a, AutoCloseable b) {
    throw Refusal.of("NDManager", "attachUncappedInternal");
  }

  @Override
  public void cap() {
    throw Refusal.of("NDManager", "cap");
  }

  @Override
  public void close() {
    throw Refusal.of("NDManager", "close");
  }

  @Override
  public NDArray create(Buffer a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(Buffer a, Shape b, DataType c) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(Shape a, DataType b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(Shape a, DataType b, Device c) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(String a) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(String[] a) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(String[] a, Charset b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(String[] a, Charset b, Shape c) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(String[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(boolean[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(byte[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(double[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(float[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(int[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray create(long[] a, Shape b) {
    throw Refusal.of("NDManager", "create");
  }

  @Override
  public NDArray createCSR(Buffer a, long[] b, long[] c, Shape d) {
    throw Refusal.of("NDManager", "createCSR");
  }

  @Override
  public NDArray createCSR(Buffer a, long[] b, long[] c, Shape d, Device e) {
    throw Refusal.of("NDManager", "createCSR");
  }

  @Override
  public NDArray createCSR(float[] a, long[] b, long[] c, Shape d, Device e) {
    throw Refusal.of("NDManager", "createCSR");
  }

  @Override
  public NDArray createCoo(Buffer a, long[][] b, Shape c) {
    throw Refusal.of("NDManager", "createCoo");
  }

  @Override
  public NDArray createRowSparse(Buffer a, Shape b, long[] c, Shape d) {
    throw Refusal.of("NDManager", "createRowSparse");
  }

  @Override
  public NDArray createRowSparse(Buffer a, Shape b, long[] c, Shape d, Device e) {
    throw Refusal.of("NDManager", "createRowSparse");
  }

  @Override
  public NDArray decode(InputStream a) {
    throw Refusal.of("NDManager", "decode");
  }

  @Override
  public NDArray decode(byte[] a) {
    throw Refusal.of("NDManager", "decode");
  }

  @Override
  public Device defaultDevice() {
    throw Refusal.of("NDManager", "defaultDevice");
  }

  @Override
  public void detachInternal(String a) {
    throw Refusal.of("NDManager", "detachInternal");
  }

  @Override
  public NDArray eye(int a, int b, int c, DataType d) {
    throw Refusal.of("NDManager", "eye");
  }

  @Override
  public NDArray eye(int a, int b, int c, DataType d, Device e) {
    throw Refusal.of("NDManager", "eye");
  }

  @Override
  public NDArray from(NDArray a) {
    throw Refusal.of("NDManager", "from");
  }

  @Override
  public NDArray full(Shape a, float b, DataType c) {
    throw Refusal.of("NDManager", "full");
  }

  @Override
  public NDArray full(Shape a, float b, DataType c, Device d) {
    throw Refusal.of("NDManager", "full");
  }

  @Override
  public Device getDevice() {
    throw Refusal.of("NDManager", "getDevice");
  }

  @Override
  public Engine getEngine() {
    throw Refusal.of("NDManager", "getEngine");
  }

  @Override
  public List<NDArray> getManagedArrays() {
    throw Refusal.of("NDManager", "getManagedArrays");
  }

  @Override
  public String getName() {
    throw Refusal.of("NDManager", "getName");
  }

  @Override
  public NDManager getParentManager() {
    throw Refusal.of("NDManager", "getParentManager");
  }

  @Override
  public NDArray hanningWindow(long a) {
    throw Refusal.of("NDManager", "hanningWindow");
  }

  @Override
  public void invoke(String a, NDArray[] b, NDArray[] c, PairList<String, ?> d) {
    throw Refusal.of("NDManager", "invoke");
  }

  @Override
  public NDList invoke(String a, NDList b, PairList<String, ?> c) {
    throw Refusal.of("NDManager", "invoke");
  }

  @Override
  public boolean isOpen() {
    throw Refusal.of("NDManager", "isOpen");
  }

  @Override
  public NDArray linspace(float a, float b, int c, boolean d) {
    throw Refusal.of("NDManager", "linspace");
  }

  @Override
  public NDArray linspace(float a, float b, int c, boolean d, Device e) {
    throw Refusal.of("NDManager", "linspace");
  }

  @Override
  public NDList load(Path a) {
    throw Refusal.of("NDManager", "load");
  }

  @Override
  public NDList load(Path a, Device b) {
    throw Refusal.of("NDManager", "load");
  }

  @Override
  public NDManager newSubManager() {
    throw Refusal.of("NDManager", "newSubManager");
  }

  @Override
  public NDManager newSubManager(Device a) {
    throw Refusal.of("NDManager", "newSubManager");
  }

  @Override
  public NDArray ones(Shape a, DataType b) {
    throw Refusal.of("NDManager", "ones");
  }

  @Override
  public NDArray ones(Shape a, DataType b, Device c) {
    throw Refusal.of("NDManager", "ones");
  }

  @Override
  public NDArray randomInteger(long a, long b, Shape c, DataType d) {
    throw Refusal.of("NDManager", "randomInteger");
  }

  @Override
  public NDArray randomMultinomial(int a, NDArray b) {
    throw Refusal.of("NDManager", "randomMultinomial");
  }

  @Override
  public NDArray randomMultinomial(int a, NDArray b, Shape c) {
    throw Refusal.of("NDManager", "randomMultinomial");
  }

  @Override
  public NDArray randomNormal(float a, float b, Shape c, DataType d) {
    throw Refusal.of("NDManager", "randomNormal");
  }

  @Override
  public NDArray randomPermutation(long a) {
    throw Refusal.of("NDManager", "randomPermutation");
  }

  @Override
  public NDArray randomUniform(float a, float b, Shape c, DataType d) {
    throw Refusal.of("NDManager", "randomUniform");
  }

  @Override
  public <T extends NDResource> T ret(T a) {
    throw Refusal.of("NDManager", "ret");
  }

  @Override
  public NDArray sampleGamma(NDArray a, NDArray b) {
    throw Refusal.of("NDManager", "sampleGamma");
  }

  @Override
  public NDArray sampleGamma(NDArray a, NDArray b, Shape c) {
    throw Refusal.of("NDManager", "sampleGamma");
  }

  @Override
  public NDArray sampleNormal(NDArray a, NDArray b) {
    throw Refusal.of("NDManager", "sampleNormal");
  }

  @Override
  public NDArray sampleNormal(NDArray a, NDArray b, Shape c) {
    throw Refusal.of("NDManager", "sampleNormal");
  }

  @Override
  public NDArray samplePoisson(NDArray a) {
    throw Refusal.of("NDManager", "samplePoisson");
  }

  @Override
  public NDArray samplePoisson(NDArray a, Shape b) {
    throw Refusal.of("NDManager", "samplePoisson");
  }

  @Override
  public void setName(String a) {
    throw Refusal.of("NDManager", "setName");
  }

  @Override
  public void tempAttachAll(NDResource... a) {
    throw Refusal.of("NDManager", "tempAttachAll");
  }

  @Override
  public void tempAttachInternal(NDManager a, String b, NDResource c) {
    throw Refusal.of("NDManager", "tempAttachInternal");
  }

  @Override
  public NDArray truncatedNormal(Shape a) {
    throw Refusal.of("NDManager", "truncatedNormal");
  }

  @Override
  public NDArray truncatedNormal(Shape a, DataType b) {
    throw Refusal.of("NDManager", "truncatedNormal");
  }

  @Override
  public NDArray truncatedNormal(float a, float b, Shape c, DataType d) {
    throw Refusal.of("NDManager", "truncatedNormal");
  }

  @Override
  public NDArray truncatedNormal(float a, float b, Shape c, DataType d, Device e) {
    throw Refusal.of("NDManager", "truncatedNormal");
  }

  @Override
  public NDArray zeros(Shape a, DataType b) {
    throw Refusal.of("NDManager", "zeros");
  }

  @Override
  public NDArray zeros(Shape a, DataType b, Device c) {
    throw Refusal.of("NDManager", "zeros");
  }
}
