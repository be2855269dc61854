import java.io.*;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Seals and seal signatures by BouncyCastle's own ASN.1 and SM2. "check": one job per line of standard input (seal FILE | signature FILE DATA),
 * answers OK TAB detail or NO TAB reason. "make FOLDER": writes a root, seals of versions 4 and 5 and a signature with each.
 */
public class SealPeer {
    static final ASN1ObjectIdentifier SM2_SM3 = new ASN1ObjectIdentifier("1.2.156.10197.1.501");

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        if (args[0].equals("make")) {
            make(Path.of(args[1]));
            return;
        }
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = jobs.readLine()) != null;) {
            String[] job = line.split("\t");
            String result;
            try {
                byte[] der = Files.readAllBytes(Path.of(job[1]));
                result = "OK\t" + (job[0].equals("seal") ? seal(der) : signature(der, Files.readAllBytes(Path.of(job[2]))));
            } catch (Throwable e) {
                result = "NO\t" + e;
            }
            System.out.println(result.replace('\n', ' '));
        }
    }

    static void require(boolean condition, String reason) throws Exception {
        if (!condition) throw new Exception(reason);
    }

    static ASN1Sequence read(byte[] der) throws Exception {
        ASN1Sequence sequence = (ASN1Sequence) ASN1Primitive.fromByteArray(der);
        require(Arrays.equals(sequence.getEncoded(ASN1Encoding.DER), der), "not DER");
        return sequence;
    }

    static void verify(byte[] certificate, byte[] signed, byte[] value) throws Exception {
        X509Certificate c = (X509Certificate) CertificateFactory.getInstance("X.509", "BC").generateCertificate(new ByteArrayInputStream(certificate));
        Signature verifier = Signature.getInstance("SM3WITHSM2", "BC");
        verifier.initVerify(c.getPublicKey());
        verifier.update(signed);
        require(verifier.verify(value), "value invalid: " + c.getSubjectX500Principal());
    }

    static byte[] octets(ASN1Encodable e) {
        return ASN1OctetString.getInstance(e).getOctets();
    }

    static byte[] bits(ASN1Encodable e) throws Exception {
        ASN1BitString string = ASN1BitString.getInstance(e);
        require(string.getPadBits() == 0, "unused bits");
        return string.getBytes();
    }

    static String seal(byte[] der) throws Exception {
        ASN1Sequence seal = read(der);
        ASN1Sequence info = (ASN1Sequence) seal.getObjectAt(0);
        ASN1Sequence header = (ASN1Sequence) info.getObjectAt(0);
        require(ASN1IA5String.getInstance(header.getObjectAt(0)).getString().equals("ES"), "header");
        int version = ASN1Integer.getInstance(header.getObjectAt(1)).intValueExact();
        String id = ASN1IA5String.getInstance(info.getObjectAt(1)).getString();
        ASN1Sequence property = (ASN1Sequence) info.getObjectAt(2);
        String name = ASN1UTF8String.getInstance(property.getObjectAt(1)).getString();
        int listType = ASN1Integer.getInstance(property.getObjectAt(2)).intValueExact();
        int holders = ((ASN1Sequence) property.getObjectAt(3)).size();
        ASN1GeneralizedTime.getInstance(property.getObjectAt(4));
        String validTo = ASN1GeneralizedTime.getInstance(property.getObjectAt(6)).getDate().toInstant().toString();
        ASN1Sequence picture = (ASN1Sequence) info.getObjectAt(3);
        String format = ASN1IA5String.getInstance(picture.getObjectAt(0)).getString();
        require(ASN1ObjectIdentifier.getInstance(seal.getObjectAt(2)).equals(SM2_SM3), "algorithm");
        verify(octets(seal.getObjectAt(1)), info.getEncoded(ASN1Encoding.DER), bits(seal.getObjectAt(3)));
        return String.join("|", "" + version, id, name, "" + listType, "" + holders, validTo, format, "" + picture.getObjectAt(2), "" + seal.size());
    }

    static String signature(byte[] der, byte[] data) throws Exception {
        ASN1Sequence signature = read(der);
        ASN1Sequence toSign = (ASN1Sequence) signature.getObjectAt(0);
        String inner = seal(((ASN1Sequence) toSign.getObjectAt(1)).getEncoded(ASN1Encoding.DER));
        String time = ASN1GeneralizedTime.getInstance(toSign.getObjectAt(2)).getDate().toInstant().toString();
        byte[] digest = MessageDigest.getInstance("SM3", "BC").digest(data);
        require(Arrays.equals(digest, bits(toSign.getObjectAt(3))), "dataHash");
        String property = ASN1IA5String.getInstance(toSign.getObjectAt(4)).getString();
        byte[] value = bits(signature.getObjectAt(3));
        verify(octets(signature.getObjectAt(1)), toSign.getEncoded(ASN1Encoding.DER), value);
        String stamp = "";
        if (signature.size() == 5) {
            ASN1TaggedObject tagged = (ASN1TaggedObject) signature.getObjectAt(4);
            byte[] token = bits(tagged.getExplicitBaseObject());
            org.bouncycastle.tsp.TimeStampToken t = new org.bouncycastle.tsp.TimeStampToken(new org.bouncycastle.cms.CMSSignedData(token));
            byte[] imprint = MessageDigest.getInstance(t.getTimeStampInfo().getMessageImprintAlgOID().getId(), "BC").digest(value);
            require(Arrays.equals(imprint, t.getTimeStampInfo().getMessageImprintDigest()), "imprint");
            stamp = t.getTimeStampInfo().getGenTime().toInstant().toString();
        }
        return String.join("|", "" + ASN1Integer.getInstance(toSign.getObjectAt(0)).intValueExact(), time, property, stamp, inner);
    }

    static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "BC");
        generator.initialize(new ECGenParameterSpec("sm2p256v1"));
        return generator.generateKeyPair();
    }

    static byte[] certificate(String name, KeyPair own, String issuer, KeyPair by, boolean ca) throws Exception {
        long now = System.currentTimeMillis(), year = 365L * 86400_000;
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(new X500Name("CN=" + issuer), new BigInteger(64, new SecureRandom()).setBit(63),
            new Date(now - year), new Date(now + 2 * year), new X500Name("CN=" + name), own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(ca ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
        return builder.build(new JcaContentSignerBuilder("SM3WITHSM2").setProvider("BC").build(by.getPrivate())).getEncoded();
    }

    static byte[] sign(KeyPair by, byte[] data) throws Exception {
        Signature signer = Signature.getInstance("SM3WITHSM2", "BC");
        signer.initSign(by.getPrivate());
        signer.update(data);
        return signer.sign();
    }

    static ASN1Sequence list(ASN1Encodable... items) {
        return new DERSequence(items);
    }

    static ASN1GeneralizedTime time(long millis) {
        return new DERGeneralizedTime(new Date(millis / 1000 * 1000));
    }

    static void make(Path folder) throws Exception {
        KeyPair root = keys(), maker = keys(), signer = keys();
        byte[] rootCertificate = certificate("BC Root", root, "BC Root", root, true);
        byte[] makerCertificate = certificate("BC Maker", maker, "BC Root", root, false);
        byte[] signerCertificate = certificate("BC Signer", signer, "BC Root", root, false);
        Files.write(folder.resolve("root.der"), rootCertificate);
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0};
        byte[] data = "protected by BouncyCastle".getBytes(StandardCharsets.US_ASCII);
        Files.write(folder.resolve("data.bin"), data);
        long now = System.currentTimeMillis(), day = 86400_000L;
        for (int version : new int[] {4, 5}) {
            byte[] digest = MessageDigest.getInstance("SM3", "BC").digest(signerCertificate);
            ASN1Sequence holders = version == 4 ? list(new DEROctetString(signerCertificate)) : list(list(new DERPrintableString("SM3"), new DEROctetString(digest)));
            ASN1Encodable[] info = {
                list(new DERIA5String("ES"), new ASN1Integer(version), new DERIA5String("BOUNCYCASTLE")),
                new DERIA5String("BC-" + version),
                list(new ASN1Integer(1), new DERUTF8String("异构印章"), new ASN1Integer(version == 4 ? 1 : 2), holders, time(now - day), time(now - day), time(now + day)),
                list(new DERIA5String("PNG"), new DEROctetString(png), new ASN1Integer(42), new ASN1Integer(42)),
            };
            ASN1Sequence sealInfo = list(info);
            ASN1Sequence seal = list(sealInfo, new DEROctetString(makerCertificate), SM2_SM3, new DERBitString(sign(maker, sealInfo.getEncoded())));
            Files.write(folder.resolve("seal" + version + ".der"), seal.getEncoded());
            ASN1Sequence toSign = list(new ASN1Integer(version), seal, time(now - 60_000), new DERBitString(MessageDigest.getInstance("SM3", "BC").digest(data)), new DERIA5String("/Doc_0/Signs/Sign_0/Signature.xml"));
            ASN1Sequence signature = list(toSign, new DEROctetString(signerCertificate), SM2_SM3, new DERBitString(sign(signer, toSign.getEncoded())));
            Files.write(folder.resolve("sign" + version + ".der"), signature.getEncoded());
        }
    }
}
