import java.io.*;
import java.math.BigInteger;
import java.nio.file.*;
import java.security.*;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.*;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.tsp.*;

/**
 * Objects made by BouncyCastle for our readers: PkiMake DIR REQUEST.tsq CONTENT. For each of sm2, rsa, ec: root, ee and tsa certificate (PEM),
 * NAME.p7 (attached), NAME-detached.p7, NAME.crl (ee revoked), NAME.ocsp (ee good), NAME.csr, NAME.tsr.
 */
public class PkiMake {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path dir = Path.of(args[0]);
        byte[] request = Files.readAllBytes(Path.of(args[1]));
        byte[] content = Files.readAllBytes(Path.of(args[2]));
        make(dir, "sm2", "SM3withSM2", "1.2.156.10197.1.401", request, content);
        make(dir, "rsa", "SHA256withRSA", "2.16.840.1.101.3.4.2.1", request, content);
        make(dir, "ec", "SHA256withECDSA", "2.16.840.1.101.3.4.2.1", request, content);
    }

    static KeyPair keys(String kind) throws Exception {
        KeyPairGenerator g = KeyPairGenerator.getInstance(kind.equals("rsa") ? "RSA" : "EC", "BC");
        if (kind.equals("rsa")) g.initialize(2048);
        else g.initialize(new ECGenParameterSpec(kind.equals("sm2") ? "sm2p256v1" : "P-256"));
        return g.generateKeyPair();
    }

    static final long DAY = 86_400_000L;

    static X509CertificateHolder issue(String name, String issuer, KeyPair subject, KeyPair by, String algorithm, int serial, String use) throws Exception {
        long now = System.currentTimeMillis();
        JcaX509v3CertificateBuilder b = new JcaX509v3CertificateBuilder(new X500Name("C=CN,CN=" + issuer), BigInteger.valueOf(serial),
            new Date(now - DAY), new Date(now + 3650 * DAY), new X500Name("C=CN,CN=" + name), subject.getPublic());
        JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
        b.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(subject.getPublic()));
        b.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(by.getPublic()));
        if (use.equals("ca")) {
            b.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            b.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        } else {
            b.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
            if (use.equals("tsa")) b.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        }
        return b.build(signer(by, algorithm));
    }

    static ContentSigner signer(KeyPair keys, String algorithm) throws Exception {
        return new JcaContentSignerBuilder(algorithm).setProvider("BC").build(keys.getPrivate());
    }

    static DigestCalculatorProvider digests() throws Exception {
        return new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
    }

    static void make(Path dir, String kind, String algorithm, String digest, byte[] request, byte[] content) throws Exception {
        KeyPair rootKeys = keys(kind), keys = keys(kind), tsaKeys = keys(kind);
        X509CertificateHolder root = issue("BC 根 " + kind, "BC 根 " + kind, rootKeys, rootKeys, algorithm, 1, "ca");
        X509CertificateHolder ee = issue("BC 医生", "BC 根 " + kind, keys, rootKeys, algorithm, 2, "ee");
        X509CertificateHolder tsa = issue("BC TSA", "BC 根 " + kind, tsaKeys, rootKeys, algorithm, 3, "tsa");
        write(dir, kind + "-root.der", root.getEncoded());
        write(dir, kind + "-ee.der", ee.getEncoded());

        for (boolean attached : new boolean[] {true, false}) {
            CMSSignedDataGenerator g = new CMSSignedDataGenerator();
            g.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(digests()).build(signer(keys, algorithm), ee));
            g.addCertificates(new JcaCertStore(List.of(ee)));
            write(dir, kind + (attached ? ".p7" : "-detached.p7"), g.generate(new CMSProcessableByteArray(content), attached).getEncoded());
        }

        long now = System.currentTimeMillis();
        X509v2CRLBuilder crl = new X509v2CRLBuilder(root.getSubject(), new Date(now - 1000));
        crl.setNextUpdate(new Date(now + DAY));
        crl.addCRLEntry(BigInteger.valueOf(2), new Date(now - 2000), CRLReason.superseded);
        write(dir, kind + ".crl", crl.build(signer(rootKeys, algorithm)).getEncoded());

        DigestCalculator sha1 = digests().get(CertificateID.HASH_SHA1);
        BasicOCSPRespBuilder ocsp = new JcaBasicOCSPRespBuilder(rootKeys.getPublic(), sha1);
        ocsp.addResponse(new CertificateID(sha1, root, BigInteger.valueOf(2)), CertificateStatus.GOOD, new Date(now - 1000), new Date(now + DAY));
        BasicOCSPResp basic = ocsp.build(signer(rootKeys, algorithm), new X509CertificateHolder[] {root}, new Date(now));
        write(dir, kind + ".ocsp", new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded());

        write(dir, kind + ".csr",
            new JcaPKCS10CertificationRequestBuilder(new X500Name("C=CN,CN=申请人"), keys.getPublic()).build(signer(keys, algorithm)).getEncoded());

        TimeStampTokenGenerator token = new TimeStampTokenGenerator(
            new JcaSignerInfoGeneratorBuilder(digests()).build(signer(tsaKeys, algorithm), tsa),
            digests().get(new AlgorithmIdentifier(new ASN1ObjectIdentifier(digest))), new ASN1ObjectIdentifier("1.2.3.4.5"));
        token.addCertificates(new JcaCertStore(List.of(tsa, root)));
        TimeStampResponseGenerator responses = new TimeStampResponseGenerator(token, TSPAlgorithms.ALLOWED);
        write(dir, kind + ".tsr", responses.generate(new TimeStampRequest(request), BigInteger.valueOf(77), new Date(now)).getEncoded());
    }

    static void write(Path dir, String name, byte[] bytes) throws IOException {
        Files.write(dir.resolve(name), bytes);
    }
}
