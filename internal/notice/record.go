package notice

import "time"

// Record is the flat record of a notice: the 41 fields of the data set "boamp" of the Explore API, with the values that
// the portal gives, quirks included. A nil pointer or slice is null. What the fields mean and how the portal derives
// them is in package portal; their catalogue is package field.
type Record struct {
	Idweb                      string
	ID                         string
	Contractfolderid           *string
	Objet                      *string
	Filename                   *string
	Famille                    *string
	CodeDepartement            []string
	CodeDepartementPrestation  *string
	FamilleLibelle             *string
	Dateparution               Date
	Datefindiffusion           Date
	Datelimitereponse          time.Time // UTC as the portal stores it, which is not the true instant; zero is null
	Nomacheteur                *string
	Titulaire                  []string
	Perimetre                  *string
	TypeProcedure              *string
	SoustypeProcedure          *string
	ProcedureLibelle           *string
	ProcedureCategorise        *string
	Nature                     *string
	Sousnature                 *string
	NatureLibelle              *string
	SousnatureLibelle          *string
	NatureCategorise           *string
	NatureCategoriseLibelle    *string
	Criteres                   []string
	MarchePublicSimplifie      *string
	MarchePublicSimplifieLabel *string
	Etat                       *string
	DescripteurCode            []string
	DC                         []string
	DescripteurLibelle         []string
	TypeMarche                 []string
	TypeMarcheFacette          []string
	TypeAvis                   []string
	AnnonceLie                 []string
	AnnoncesAnterieures        *string
	SourceSchema               *string
	Gestion                    *string
	Donnees                    *string
	URLAvis                    *string
}
