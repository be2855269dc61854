import java.io.File;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.Security;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.BigIntegers;
import org.bouncycastle.util.encoders.Hex;

/**
 * Opens sealed evidence with BouncyCastle alone: EvidenceCheck KEY.der PACKAGE… One line each: the SM3 of the content, a tab, the hex of the
 * authenticated attributes; or "NO", a tab and why.
 */
public class EvidenceCheck {
  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    ECPrivateKey key = ECPrivateKey.getInstance(
        PrivateKeyInfo.getInstance(read(args[0])).parsePrivateKey());
    for (int i = 1; i < args.length; i++) System.out.println(open(read(args[i]), key));
  }

  static byte[] read(String file) throws Exception {
    return Files.readAllBytes(new File(file).toPath());
  }

  static String open(byte[] der, ECPrivateKey key) {
    try {
      ContentInfo info = ContentInfo.getInstance(der);
      if (!info.getContentType().getId().equals("1.2.840.113549.1.9.16.1.23")) return "NO\tcontent type";
      AuthEnvelopedData data = AuthEnvelopedData.getInstance(info.getContent());
      KeyTransRecipientInfo recipient = (KeyTransRecipientInfo)
          RecipientInfo.getInstance(data.getRecipientInfos().getObjectAt(0)).getInfo();
      byte[] content = gcm(unwrap(recipient, key), data);
      MessageDigest sm3 = MessageDigest.getInstance("SM3", "BC");
      return Hex.toHexString(sm3.digest(content)).toUpperCase() + "\t" + Hex.toHexString(attributes(data));
    } catch (Exception e) {
      return "NO\t" + e.getClass().getSimpleName() + " " + String.valueOf(e.getMessage()).replace('\n', ' ');
    }
  }

  /** SM2Cipher (GB/T 35276): x, y, hash, cipher text. */
  static byte[] unwrap(KeyTransRecipientInfo recipient, ECPrivateKey key) throws Exception {
    if (!recipient.getKeyEncryptionAlgorithm().getAlgorithm().getId().equals("1.2.156.10197.1.301.3"))
      throw new Exception("key encryption algorithm");
    ASN1Sequence cipher = ASN1Sequence.getInstance(recipient.getEncryptedKey().getOctets());
    byte[] joined = Arrays.concatenate(
        new byte[] {4},
        BigIntegers.asUnsignedByteArray(32, ASN1Integer.getInstance(cipher.getObjectAt(0)).getValue()),
        BigIntegers.asUnsignedByteArray(32, ASN1Integer.getInstance(cipher.getObjectAt(1)).getValue()),
        Arrays.concatenate(
            ASN1OctetString.getInstance(cipher.getObjectAt(2)).getOctets(),
            ASN1OctetString.getInstance(cipher.getObjectAt(3)).getOctets()));
    X9ECParameters curve = GMNamedCurves.getByName("sm2p256v1");
    SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
    engine.init(false, new ECPrivateKeyParameters(
        key.getKey(), new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN())));
    return engine.processBlock(joined, 0, joined.length);
  }

  static byte[] attributes(AuthEnvelopedData data) throws Exception {
    for (int i = 0; i < data.getAuthAttrs().size(); i++) Attribute.getInstance(data.getAuthAttrs().getObjectAt(i));
    return data.getAuthAttrs().getEncoded(ASN1Encoding.DER);
  }

  static byte[] gcm(byte[] key, AuthEnvelopedData data) throws Exception {
    var algorithm = data.getAuthEncryptedContentInfo().getContentEncryptionAlgorithm();
    if (!algorithm.getAlgorithm().getId().equals("1.2.156.10197.1.104.8")) throw new Exception("content encryption");
    GCMParameters parameters = GCMParameters.getInstance(algorithm.getParameters());
    Cipher cipher = Cipher.getInstance("SM4/GCM/NoPadding", "BC");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "SM4"),
        new GCMParameterSpec(parameters.getIcvLen() * 8, parameters.getNonce()));
    cipher.updateAAD(attributes(data));
    return cipher.doFinal(Arrays.concatenate(
        data.getAuthEncryptedContentInfo().getEncryptedContent().getOctets(), data.getMac().getOctets()));
  }
}
